/** The origin of blocks that an organization sets on its own products; others are of the service that had a reason to. */
export const BLOCKED_BY_CUSTOMER = 'organization';
