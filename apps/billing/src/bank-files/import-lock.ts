/** The key of the advisory lock of imports and of decisions of staff about imported bookings. */
export const importLock = 'bank file import';
