/** Among more open invoices, a combination would often match by chance. */
const MAX_INVOICES = 16;

/**
 * Returns the only combination of open amounts that adds up to the received amount (C-BNK-17). Undefined when there is
 * none or more than one, or when there are too many invoices.
 */
export function uniqueCombination<I>(
  invoices: readonly I[],
  openAmountOf: (invoice: I) => number,
  received: number,
): readonly I[] | undefined {
  if (invoices.length > MAX_INVOICES) return undefined;
  let combinations: { sum: number; invoices: readonly I[] }[] = [{ sum: 0, invoices: [] }];
  for (const invoice of invoices) {
    const open = openAmountOf(invoice);
    combinations = combinations.concat(
      combinations
        .filter(({ sum }) => sum + open <= received)
        .map((combination) => ({ sum: combination.sum + open, invoices: [...combination.invoices, invoice] })),
    );
  }
  const exact = combinations.filter(({ sum, invoices: { length } }) => sum === received && length > 0);
  return exact.length === 1 ? exact[0]!.invoices : undefined;
}
