/** A mail address whose messages are indexed, and its product. */
export interface Mailbox {
  resourceId: `res_${string}`;
  productId: `prd_${string}`;
}

/** The resource kind of a mailbox in the products service. */
export const MAILBOX_KIND = 'mail_address';
