/**
 * Returns an id in the form that bank files allow, without an underscore: the 26 characters after the prefix, in upper
 * case.
 */
export const toBankFileId = (id: `${string}_${string}`): string => id.slice(id.indexOf('_') + 1).toUpperCase();

/** Reads the id of a payment from an end-to-end id that `toBankFileId` made; undefined for another end-to-end id. */
export const parsePaymentId = (endToEndId: string): `pay_${string}` | undefined =>
  /^[0-7][0-9a-hjkmnp-tv-z]{25}$/i.test(endToEndId) ? `pay_${endToEndId.toLowerCase()}` : undefined;
