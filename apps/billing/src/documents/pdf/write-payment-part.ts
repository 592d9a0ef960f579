import { SwissQRBill } from 'swissqrbill/pdf';
import type { Data } from 'swissqrbill/types';
import type { DocumentLanguage } from './document-content.ts';
import { drawFast } from './draw-fast.ts';
import { TEXT_FONT } from './fonts.ts';
import { widthOfLine, type Pdf } from './page.ts';

type Party = NonNullable<Data['debtor']>;

const POINTS_PER_MM = 72 / 25.4;

/** The area for the addresses of creditor and debtor. */
interface AddressArea {
  /** In points. */
  readonly width: number;
  readonly fontSize: number;
  /** The lines that fit beside the account and the reference. */
  readonly maxLines: number;
}
const receiptArea: AddressArea = { width: 52 * POINTS_PER_MM, fontSize: 8, maxLines: 10 };
const paymentPartArea: AddressArea = { width: 87 * POINTS_PER_MM, fontSize: 10, maxLines: 14 };

/** The languages of the QR-bill standard. A Spanish document has the English payment part. */
const languages = { de: 'DE', fr: 'FR', it: 'IT', en: 'EN', es: 'EN' } as const;

/**
 * Writes the receipt and the payment part at the bottom of the page, in black. When the addresses are too long, the
 * receipt omits the streets, which the QR-bill standard allows, and then both shorten each line.
 */
export function writePaymentPart(pdf: Pdf, data: Data, language: DocumentLanguage): void {
  const bill = new SwissQRBill(data, { language: languages[language], fontName: TEXT_FONT });
  const parties = data.debtor ? [data.creditor, data.debtor] : [data.creditor];
  const addresses = [
    ...fittingAddresses(pdf, parties, receiptArea, [fullAddress, addressWithoutStreet]),
    ...fittingAddresses(pdf, parties, paymentPartArea, [fullAddress]),
  ];
  // SwissQRBill formats four addresses in this order: creditor and debtor of the receipt, then of the payment part.
  Object.assign(bill, { formatAddress: () => addresses.shift() });
  pdf.fillColor('black').strokeColor('black');
  drawFast(pdf, () => bill.attachTo(pdf));
}

/**
 * Returns the addresses in the first form that fits. When no form fits, shortens each line of the last form to the
 * width of the area.
 */
function fittingAddresses(
  pdf: Pdf,
  parties: readonly Party[],
  { width, fontSize, maxLines }: AddressArea,
  forms: readonly ((party: Party) => string)[],
): string[] {
  pdf.font(TEXT_FONT).fontSize(fontSize);
  const countWrapped = (line: string): number =>
    Math.round(pdf.heightOfString(line, { width: width - 1 }) / pdf.currentLineHeight(true));
  const countLines = (text: string): number =>
    text
      .split('\n')
      .reduce((sum, line) => sum + (widthOfLine(pdf, line, width - 1) === undefined ? countWrapped(line) : 1), 0);
  const shorten = (line: string): string => {
    let end = line.length;
    let shortened = line;
    while (countLines(shortened) > 1) {
      end -= 1;
      shortened = `${line.slice(0, end)}…`;
    }
    return shortened;
  };
  const candidates = forms.map((form) => parties.map(form));
  const fits = (addresses: readonly string[]): boolean =>
    addresses.reduce((sum, address) => sum + countLines(address), 0) <= maxLines;
  return candidates.find(fits) ?? candidates.at(-1)!.map((address) => address.split('\n').map(shorten).join('\n'));
}

const fullAddress = (party: Party): string =>
  [party.name, [party.address, party.buildingNumber].filter(Boolean).join(' '), townOf(party)].join('\n');

const addressWithoutStreet = (party: Party): string => [party.name, townOf(party)].join('\n');

const townOf = ({ country, zip, city }: Party): string => `${country === 'CH' ? '' : `${country} - `}${zip} ${city}`;
