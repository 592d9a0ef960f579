const PLACEHOLDER = /^(NONREF|NONE|NOTPROVIDED|NOTAVAILABLE|0*)$/i;

/** Reads a reference of a bank file; undefined for a placeholder, which banks write when there is no reference. */
export const readBankReference = (text: string | undefined): string | undefined =>
  text === undefined || PLACEHOLDER.test(text.replaceAll(/[\s._-]/g, '')) ? undefined : text;
