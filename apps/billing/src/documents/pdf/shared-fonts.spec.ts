import { expect, test } from '@jest/globals';
import { printedContent } from '../../../test/printed-content.ts';
import { renderDocument } from './document-pdf.ts';

/** The fonts have one glyph for the space and the space without a break. */
const withDescription = (description: string) => {
  const content = printedContent(1);
  return { ...content, lines: content.lines.map((line) => ({ ...line, description })) };
};

test('the bytes of a document do not depend on the documents before it', async () => {
  const first = await renderDocument(withDescription('Web\u00a0hosting für Müller'));
  await renderDocument(withDescription('Web hosting ﬁ Alpine Rescue \u00ad - \u2010'));
  await renderDocument(withDescription('Хостинг חברת אלפא'));
  expect(Buffer.compare(first, await renderDocument(withDescription('Web\u00a0hosting für Müller')))).toBe(0);
});
