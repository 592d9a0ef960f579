import { decimalText } from '@cordee/money/money';
import encodeQr from 'qr';
import type { DocumentContent } from './document-content.ts';
import { MAX_AMOUNT, isPayable } from './payment-part.ts';
import type { Pdf } from './page.ts';

const MAX_NAME_LENGTH = 70;

/**
 * Returns the text of the EPC QR code for a SEPA transfer (EPC069-12, version 2). Undefined when the document has no
 * payable amount in EUR or no ISO 11649 reference. The code needs the BIC, because the bank of the seller can be
 * outside of the EEA.
 */
export function epcText(content: DocumentContent): string | undefined {
  const { openAmount, reference, seller } = content;
  if (!isPayable(content) || openAmount.currency !== 'EUR' || openAmount.amount > MAX_AMOUNT) return undefined;
  if (!seller.bic || !reference?.startsWith('RF')) return undefined;
  const transfer = {
    serviceTag: 'BCD',
    version: '002',
    characterSet: '1',
    identification: 'SCT',
    bic: seller.bic,
    name: seller.name.slice(0, MAX_NAME_LENGTH),
    iban: seller.iban.replaceAll(/\s/g, ''),
    amount: `EUR${decimalText(openAmount)}`,
    purpose: '',
    reference,
  };
  return Object.values(transfer).join('\n');
}

/**
 * Draws a QR code in black, with a white border. `x` and `y` are the top left corner, `size` the length of a side, in
 * points.
 */
export function drawQrCode(pdf: Pdf, text: string, { x, y, size }: { x: number; y: number; size: number }): void {
  // The standard requires the error correction M and a border of four modules.
  const modules = encodeQr(text, 'raw', { ecc: 'medium', border: 4 });
  const moduleSize = size / modules.length;
  for (const [row, modulesOfRow] of modules.entries())
    for (const [column, isDark] of modulesOfRow.entries())
      if (isDark) pdf.rect(x + column * moduleSize, y + row * moduleSize, moduleSize, moduleSize);
  pdf.fillColor('black').fill();
}
