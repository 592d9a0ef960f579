/** The advisory lock makes imports, and decisions of staff about imported bookings, wait for each other. */
export const importLockKey = 'bank file import';
