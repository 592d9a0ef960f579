/** A mail address whose messages are indexed, and the product it is in. */
export interface Mailbox {
  resourceId: `res_${string}`;
  productId: `prd_${string}`;
}

/** What products calls the resources that hold mail. */
export const MAILBOX_KIND = 'mail_address';
