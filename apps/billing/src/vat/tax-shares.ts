import type { DocumentLine } from '../documents/document-line.ts';
import { divide, roundedFraction, sum } from '../documents/minor-units.ts';
import type { EntryTax, LedgerAccount, LedgerEntry } from '../ledger/ledger-entry.ts';
import type { VatDecision } from './vat-decision.ts';

/** Where the VAT of an invoice is declared: the state, the registration of the seller, and the day of issue. */
export interface TaxPlace {
  readonly state: string;
  /** Null with Swiss VAT, and without VAT. */
  readonly scope: string | null;
  /** The day on which the invoice was issued (`YYYY-MM-DD`). */
  readonly issuedOn: string;
}

/** The part of a document with one rate and category. Amounts are in minor units. */
export interface TaxShare {
  readonly tax: EntryTax;
  readonly net: number;
  readonly vat: number;
}

/** Documents of earlier versions have Swiss VAT or reverse charge; the state of the latter is not known. */
export const taxPlaceOf = (decision: VatDecision | null | undefined, issuedOn: string): TaxPlace => ({
  state: decision?.territory.state ?? 'CH',
  scope: decision?.registration?.scope ?? null,
  issuedOn,
});

/** Returns the shares of the lines of a document. */
export function taxSharesOf(lines: readonly DocumentLine[], { state, scope, issuedOn }: TaxPlace): TaxShare[] {
  const groups = Map.groupBy(lines, ({ vatCategory, vatBasisPoints }) => `${vatCategory} ${vatBasisPoints}`);
  return [...groups.values()].map((group) => {
    const { vatCategory: category, vatBasisPoints: basisPoints } = group[0]!;
    return {
      tax: { state, scope: category === 'S' ? (scope ?? 'CH') : null, category, basisPoints, issuedOn },
      net: sum(group.map(({ net }) => net)),
      vat: sum(group.map(({ vat }) => vat)),
    };
  });
}

/** Divides a gross amount, with its VAT, among the shares of its document. */
export function divideAmong(shares: readonly TaxShare[], gross: number, vat: number): TaxShare[] {
  const vats = divide(
    vat,
    shares.map((share) => share.vat),
  );
  const nets = divide(
    gross - vat,
    shares.map((share) => share.net),
  );
  return shares.map(({ tax }, index) => ({ tax, net: nets[index]!, vat: vats[index]! }));
}

/** The entries that lower the VAT of shares: `account` takes their net amounts. */
export const loweringEntries = (account: LedgerAccount, shares: readonly TaxShare[]): LedgerEntry[] =>
  shares.flatMap(({ tax, net, vat }): LedgerEntry[] => [
    { account, amount: net, tax },
    { account: 'vat', amount: vat, tax },
  ]);

/**
 * The entries of an accepted shortfall: it lowers the VAT of its invoice in proportion (DOC-7). `earlier` is the sum of
 * the earlier shortfalls of the invoice: the entries of all shortfalls add up to the entries of their sum.
 */
export function shortfallEntries(
  account: LedgerAccount,
  shares: readonly TaxShare[],
  amount: number,
  earlier = 0,
): LedgerEntry[] {
  if (amount === 0) return [];
  const sharesBefore = shortfallShares(shares, earlier);
  const sharesAfter = shortfallShares(shares, earlier + amount);
  return loweringEntries(
    account,
    sharesAfter.map(({ tax, net, vat }, index) => ({
      tax,
      net: net - sharesBefore[index]!.net,
      vat: vat - sharesBefore[index]!.vat,
    })),
  );
}

function shortfallShares(shares: readonly TaxShare[], amount: number): TaxShare[] {
  const vat = sum(shares.map((share) => share.vat));
  const gross = sum(shares.map((share) => share.net)) + vat;
  const vatInAmount = gross === 0 ? 0 : roundedFraction(vat, amount, gross);
  return divideAmong(shares, amount, vatInAmount);
}
