/** Converts an id for a bank, which accepts no underscore: the 26 characters after the prefix, in upper case. */
export const bankIdOf = (id: `${string}_${string}`): string => id.slice(id.indexOf('_') + 1).toUpperCase();

/** Reads the id of a payment from the end-to-end id of a bank file, which `bankIdOf` made. */
export const paymentIdOf = (endToEndId: string): `pay_${string}` | undefined =>
  /^[0-7][0-9a-hjkmnp-tv-z]{25}$/i.test(endToEndId) ? `pay_${endToEndId.toLowerCase()}` : undefined;
