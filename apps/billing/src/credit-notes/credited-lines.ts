import { inputError } from '@cordee/contracts/input-error';
import { DomainError } from '@cordee/contracts/domain-error';
import type { DocumentLine } from '../documents/document-line.ts';
import { divide, roundedFraction, sum } from '../documents/minor-units.ts';

/** A line of a credit note, with the position of the credited line of the invoice. */
export type CreditedLine = DocumentLine & { readonly creditedPosition: number };

/**
 * The requested credit: some lines, a gross amount, or everything that is not credited yet. Amounts are in minor units.
 */
export interface CreditRequest {
  readonly lines?: readonly { readonly position: number; readonly net?: number | undefined }[] | undefined;
  readonly amount?: number | undefined;
}

/** The lines and the cash rounding that a credit note credits. */
interface CreditedParts {
  readonly lines: CreditedLine[];
  /** The part of the cash rounding, in minor units. */
  readonly rounding: number;
}

/**
 * Returns the lines and the cash rounding of a credit note. The credit note that takes all remaining lines takes the
 * remaining rounding. Every credit note has lines, and lines never remain without an amount.
 */
export function creditedParts(
  remainingLines: readonly DocumentLine[],
  remainingRounding: number,
  request: CreditRequest,
): CreditedParts {
  const { amount } = request;
  const gross = grossOf(remainingLines);
  const rest = gross + remainingRounding;
  if (amount === undefined || request.lines) {
    const lines = creditedLines(remainingLines, request);
    const restOfLines = gross - grossOf(lines);
    if (restOfLines === 0) return { lines, rounding: remainingRounding };
    if (restOfLines + remainingRounding > 0) return { lines, rounding: 0 };
    throw new DomainError('CREDIT_TOO_HIGH', { detail: 'the lines that remain are less than the cash rounding' });
  }
  if (amount > rest) throw new DomainError('CREDIT_TOO_HIGH');
  if (amount === rest) return { lines: creditedLines(remainingLines, {}), rounding: remainingRounding };
  // An amount of all lines is only a part when the total is rounded up. Then a part of the rounding replaces a line.
  const amountOfLines = Math.min(amount, gross - 1);
  if (amountOfLines <= 0) throw new DomainError('CREDIT_TOO_HIGH', { detail: `only the rest of ${rest} is possible` });
  return { lines: creditedLines(remainingLines, { amount: amountOfLines }), rounding: amount - amountOfLines };
}

/** Returns the sum of the net amounts and the VAT of lines. */
export const grossOf = (lines: readonly DocumentLine[]): number => sum(lines.map(({ net, vat }) => net + vat));

/**
 * Returns the lines of a credit note. `remainingLines` has the lines of the invoice by position, reduced by the credit
 * notes so far. VAT is rounded once per rate. A line that is credited in full takes its remaining VAT, so that all
 * credit notes add up to the invoice.
 */
export function creditedLines(remainingLines: readonly DocumentLine[], request: CreditRequest): CreditedLine[] {
  if (request.lines && request.amount !== undefined)
    throw inputError('CREDIT_AMBIGUOUS', ['/amount'], 'cannot be combined with lines');
  if (request.lines) return creditByNet(remainingLines, netsOf(remainingLines, request.lines));
  if (request.amount !== undefined) return creditByGross(remainingLines, request.amount);
  return creditByNet(
    remainingLines,
    remainingLines.map(({ net }) => net),
  );
}

/** Returns the net to credit for each line of the invoice; undefined for a line that is not requested. */
function netsOf(
  remainingLines: readonly DocumentLine[],
  requested: NonNullable<CreditRequest['lines']>,
): (number | undefined)[] {
  const nets: (number | undefined)[] = remainingLines.map(() => undefined);
  for (const [index, { position, net }] of requested.entries()) {
    const line = remainingLines[position];
    if (!line) throw inputError('LINE_UNKNOWN', [`/lines/${index}/position`], 'is not a line of the invoice');
    const earlierNet = nets[position] ?? 0;
    const total = earlierNet + (net ?? line.net - earlierNet);
    if (total > line.net || line.net + line.vat === 0)
      throw new DomainError('CREDIT_TOO_HIGH', { detail: `line ${position}` });
    nets[position] = total;
  }
  return nets;
}

/** Credits a net amount per line. A line that is credited in full takes its remaining VAT. */
function creditByNet(remainingLines: readonly DocumentLine[], nets: readonly (number | undefined)[]): CreditedLine[] {
  return ratesOf(remainingLines).flatMap((rate) => {
    const lines = linesOfRate(remainingLines, rate);
    const linesInFull = lines.filter(({ position, net, vat }) => nets[position] === net && net + vat > 0);
    const linesInPart = lines.filter(({ position, net }) => (nets[position] ?? 0) > 0 && nets[position] !== net);
    const netsInPart = linesInPart.map(({ position }) => nets[position]!);
    const vatInPart = Math.min(totalOf(linesInPart).vat, vatOfNet(sum(netsInPart), rate));
    return [...linesInFull, ...withAmounts(linesInPart, netsInPart, vatInPart)].map(toCreditedLine);
  });
}

/** Credits a gross amount, divided among the rates and lines in proportion to their remaining amounts. */
function creditByGross(remainingLines: readonly DocumentLine[], gross: number): CreditedLine[] {
  const rest = totalOf(remainingLines);
  if (gross > rest.net + rest.vat) throw new DomainError('CREDIT_TOO_HIGH');
  const rates = ratesOf(remainingLines);
  const restOfRates = rates.map((rate) => totalOf(linesOfRate(remainingLines, rate)));
  const shares = divide(
    gross,
    restOfRates.map(({ net, vat }) => net + vat),
  );
  return rates.flatMap((rate, index) => {
    const share = shares[index]!;
    const restOfRate = restOfRates[index]!;
    const lines = linesOfRate(remainingLines, rate);
    const net = Math.min(restOfRate.net, share - Math.min(restOfRate.vat, vatInGross(share, rate)));
    const nets = divide(
      net,
      lines.map((line) => line.net),
    );
    return withAmounts(lines, nets, share - net).map(toCreditedLine);
  });
}

type PositionedLine = DocumentLine & { readonly position: number };

const toCreditedLine = ({ position, ...line }: PositionedLine): CreditedLine => ({
  ...line,
  creditedPosition: position,
});

/**
 * Replaces the net amounts of lines and divides the VAT among them. No line gets more than its remaining VAT. Lines
 * without an amount are dropped.
 */
function withAmounts(lines: readonly PositionedLine[], nets: readonly number[], vat: number): PositionedLine[] {
  const shares = divide(vat, nets);
  const vats = shares.map((share, index) => Math.min(share, lines[index]!.vat));
  let excess = vat - sum(vats);
  return lines
    .map((line, index) => {
      const extra = Math.min(excess, line.vat - vats[index]!);
      excess -= extra;
      return { ...line, net: nets[index]!, vat: vats[index]! + extra };
    })
    .filter((line) => line.net > 0 || line.vat > 0);
}

const linesOfRate = (lines: readonly DocumentLine[], rate: number): PositionedLine[] =>
  withPositions(lines).filter(({ vatBasisPoints }) => vatBasisPoints === rate);

const withPositions = (lines: readonly DocumentLine[]): PositionedLine[] =>
  lines.map((line, position) => ({ ...line, position }));

const ratesOf = (lines: readonly DocumentLine[]): number[] =>
  [...new Set(lines.map(({ vatBasisPoints }) => vatBasisPoints))].toSorted((left, right) => right - left);

const totalOf = (lines: readonly DocumentLine[]): { net: number; vat: number } => ({
  net: sum(lines.map(({ net }) => net)),
  vat: sum(lines.map(({ vat }) => vat)),
});

const BASIS_POINTS = 10_000;
const vatOfNet = (net: number, rate: number): number => roundedFraction(net, rate, BASIS_POINTS);
const vatInGross = (gross: number, rate: number): number => roundedFraction(gross, rate, BASIS_POINTS + rate);
