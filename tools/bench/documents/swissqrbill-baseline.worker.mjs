// The baseline: renders an invoice as a user of swissqrbill would, with the fonts that PDF readers have, without tags
// and languages.
import { serveWork } from '@cordee/service/serve-work';
import PDFDocument from 'pdfkit';
import { SwissQRBill, Table } from 'swissqrbill/pdf';

const MARGIN = 56;

serveWork(
  ({ number, seller, buyer, lines, bill }) =>
    new Promise((resolve, reject) => {
      const pdf = new PDFDocument({ size: 'A4', margin: MARGIN });
      const chunks = [];
      pdf.on('data', (chunk) => chunks.push(chunk));
      pdf.on('end', () => resolve(Buffer.concat(chunks)));
      pdf.on('error', reject);
      pdf.fontSize(10).font('Helvetica');
      pdf.text(seller, MARGIN, MARGIN);
      pdf.text(buyer, 330, 130);
      pdf.fontSize(16).font('Helvetica-Bold').text(number, MARGIN, 220);
      const rows = [['Description', 'Quantity', 'VAT', 'Amount'], ...lines];
      new Table({
        rows: rows.map((texts, index) => ({
          fontSize: 10,
          fontName: index === 0 ? 'Helvetica-Bold' : 'Helvetica',
          columns: texts.map((text) => ({ text })),
        })),
      }).attachTo(pdf, MARGIN, 260);
      new SwissQRBill(bill).attachTo(pdf);
      pdf.end();
    }),
);
