/** The origin of a block that the organization sets itself; the origin of other blocks is the service that set them. */
export const BLOCKED_BY_CUSTOMER = 'organization';
