import { expect, test } from '@jest/globals';
import { deflateSync } from 'node:zlib';
import { actionsIn, addedRecipientsIn, forgedLinesIn, formulasIn, hasLineBreak, tagsIn } from './injection-checks.mjs';
import { MARK } from './payloads.mjs';

test('formulas are found in cells with and without quotes, also behind invisible characters', () => {
  const csv = `name;amount\n=1+1;-12.00\n"\u200b＝x";"'=1"\n"a""b";"x"\n`;
  expect(formulasIn(csv)).toEqual(['=1+1', '\u200b＝x']);
});

test('tags with the mark are found, but not escaped tags', () => {
  expect(tagsIn(`<p><script>${MARK}</script>&lt;img ${MARK}&gt;<img alt="other"></p>`)).toEqual([`<script>${MARK}`]);
});

test('another recipient is found in the headers', () => {
  expect(addedRecipientsIn('To: a@b.ch\r\nBcc: v@evil.example\r\n\r\nBcc: x@evil.example')).toEqual([
    'Bcc: v@evil.example',
  ]);
});

test('a line break is found in an encoded word', () => {
  expect([hasLineBreak('=?utf-8?q?a=0d=0ab?='), hasLineBreak('a = b')]).toEqual([true, false]);
});

test('actions of a PDF are found outside of strings only', () => {
  const stream = `stream\n${deflateSync('/OpenAction').toString('latin1')}\nendstream`;
  expect(actionsIn(Buffer.from(`<< /Title (x\\) /OpenAction) >> ${stream}`, 'latin1'))).toEqual([]);
  expect(actionsIn(Buffer.from('<< /Title (x) /OpenAction << >> >>', 'latin1'))).toEqual(['/OpenAction']);
});

test('forged lines of a log are found', () => {
  expect(forgedLinesIn(`{"a":"${MARK}"}\nforged ${MARK}\nother\n`)).toEqual([`forged ${MARK}`]);
});
