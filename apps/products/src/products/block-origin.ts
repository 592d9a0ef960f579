/** The origin of a block that the organization sets. The origin of any other block is the service that sets it. */
export const CUSTOMER_ORIGIN = 'organization';
