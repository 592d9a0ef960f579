/** Among more open invoices, a combination would often match by chance. */
const MAX_INVOICES = 16;
/** One invoice more than `uniqueCombination` accepts: in a cut list, a combination could seem unique. */
export const OPEN_INVOICES_TO_READ = MAX_INVOICES + 1;

/**
 * Returns the only combination of invoices whose open amounts add up to the received amount. Undefined when no
 * combination or several combinations match, or when there are too many invoices.
 */
export function uniqueCombination<I>(
  invoices: readonly I[],
  openAmountOf: (invoice: I) => number,
  receivedAmount: number,
): readonly I[] | undefined {
  if (invoices.length > MAX_INVOICES) return undefined;
  let combinations: { sum: number; invoices: readonly I[] }[] = [{ sum: 0, invoices: [] }];
  for (const invoice of invoices) {
    const openAmount = openAmountOf(invoice);
    combinations = combinations.concat(
      combinations
        .filter(({ sum }) => sum + openAmount <= receivedAmount)
        .map((combination) => ({ sum: combination.sum + openAmount, invoices: [...combination.invoices, invoice] })),
    );
  }
  const matches = combinations.filter(({ sum, invoices: { length } }) => sum === receivedAmount && length > 0);
  return matches.length === 1 ? matches[0]!.invoices : undefined;
}
