import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeEntities } from './html-entities.ts';
import { htmlText } from './html-text.ts';
import { parseMessage } from './parse-message.ts';
import { MESSAGE_LIMITS, type ParsedMessage } from './parsed-message.ts';

const bytes = (lines: string[]) => Buffer.from(lines.join('\r\n'), 'utf8');

async function parsed(...lines: string[]): Promise<ParsedMessage> {
  const result = await parseMessage(bytes(lines));
  if ('reason' in result) throw new Error(result.reason.detail);
  return result.message;
}

async function reasonOf(raw: Uint8Array, limits = MESSAGE_LIMITS): Promise<string | undefined> {
  const result = await parseMessage(raw, limits);
  return 'reason' in result ? result.reason.code : undefined;
}

describe('parseMessage', () => {
  it('parses people, text, attachment and list of a message', async () => {
    const message = await parsed(
      'Received: from a by b; Tue, 3 Mar 2026 09:00:05 +0100 (CET)',
      'From: =?utf-8?Q?Andr=C3=A9?= Martin <andre@exemple.ch>',
      'To: Ventes: a@exemple.ch, "B, C" <b@exemple.ch>;, c@exemple.ch',
      'Cc: d@exemple.ch',
      'Subject: =?utf-8?B?UsOpdW5pb24=?= de mars',
      'Date: Tue, 3 Mar 2026 09:00:00 +0100',
      'Message-ID: <un@exemple.ch>',
      'List-Id: "Les annonces" <annonces.exemple.ch>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=grenze',
      '',
      '--grenze',
      'Content-Type: multipart/alternative; boundary=innen',
      '',
      '--innen',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'texte simple',
      '--innen',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<html><head><title>x</title><style>p { color: red }</style></head><body><p>Bonjour&nbsp;à tous,</p><script>',
      'alert("non")</script><p>l&rsquo;&eacute;quipe</p></body></html>',
      '--innen--',
      '--grenze',
      'Content-Type: application/pdf; name="x.pdf"',
      "Content-Disposition: attachment; filename*=utf-8''facture%20%C3%A9t%C3%A9.pdf",
      'Content-Transfer-Encoding: base64',
      '',
      'AAECAw==',
      '--grenze--',
      '',
    );
    expect(message).toMatchObject({
      messageId: 'un@exemple.ch',
      date: '2026-03-03T08:00:00.000Z',
      receivedAt: '2026-03-03T08:00:05.000Z',
      from: [{ name: 'André Martin', address: 'andre@exemple.ch' }],
      to: [{ address: 'a@exemple.ch' }, { name: 'B, C', address: 'b@exemple.ch' }, { address: 'c@exemple.ch' }],
      cc: [{ name: '', address: 'd@exemple.ch' }],
      bcc: [],
      subject: 'Réunion de mars',
      text: 'Bonjour à tous,\n\nl’équipe',
      attachments: [{ filename: 'facture été.pdf', contentType: 'application/pdf', size: 4 }],
      listId: 'annonces.exemple.ch',
    });
    expect(message.headers).toContainEqual({ name: 'subject', value: 'Réunion de mars' });
  });

  it('parses the valid parts of a malformed message', async () => {
    expect(await parsed('From: x', 'Date: yesterday', '', '')).toMatchObject({
      messageId: null,
      date: null,
      subject: '',
      text: '',
      attachments: [],
    });
    expect(
      await parsed(
        'Subject: a',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain',
        '',
        'no end',
      ),
    ).toMatchObject({ text: 'no end' });
    expect(await parsed('Subject: a\u0000b\ttwo', '', 'x\u0000y')).toMatchObject({ subject: 'a b two', text: 'x y' });
  });

  it('returns the reason of the quarantine for input that is empty, too large, unreadable or not mail', async () => {
    expect(await reasonOf(bytes([]))).toBe('MESSAGE_EMPTY');
    expect(await reasonOf(bytes(['', '  ', '']))).toBe('MESSAGE_EMPTY');
    expect(await reasonOf(bytes(['just some text']))).toBe('MESSAGE_NOT_MAIL');
    expect(await reasonOf(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]))).toBe('MESSAGE_NOT_MAIL');
    expect(await reasonOf(bytes(['Subject: x', '', 'y'.repeat(100)]), { ...MESSAGE_LIMITS, size: 50 })).toBe(
      'MESSAGE_TOO_LARGE',
    );
    expect(await reasonOf(bytes(['Subject: x', `X-Long: ${'y'.repeat(600_000)}`, '', 'z']))).toBe('MESSAGE_UNREADABLE');
    const nested = Array.from({ length: 200 }, (_, level) => [
      `Content-Type: multipart/mixed; boundary=b${level}`,
      '',
      `--b${level}`,
    ]).flat();
    expect(await reasonOf(bytes(['Subject: x', ...nested]))).toBe('MESSAGE_UNREADABLE');
  });

  it('refuses a message with 100,000 parts, but not 5,000 text lines that begin with dashes', async () => {
    const parts = '--b\n\nx\n'.repeat(100_000);
    expect(await reasonOf(Buffer.from(`Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n${parts}`))).toBe(
      'MESSAGE_TOO_MANY_PARTS',
    );
    expect(await reasonOf(Buffer.from(`Subject: x\n\n${'-- select\n'.repeat(5_000)}`))).toBeUndefined();
  });

  it('limits the number and length of headers and the length of the text', async () => {
    const message = await parsed(
      ...Array.from({ length: 100 }, (_, index) => `X-${index}: ${'v'.repeat(3_000)}`),
      'Subject: s',
      ...Array.from({ length: 150 }, (_, index) => `Y-${index}: v`),
      '',
      'mot '.repeat(200_000),
    );
    expect(message.headers).toHaveLength(MESSAGE_LIMITS.headers);
    expect(Math.max(...message.headers.map(({ value }) => value.length))).toBe(MESSAGE_LIMITS.headerLength);
    expect(message.text.length).toBe(MESSAGE_LIMITS.textLength);
  });

  it('property: never throws and returns only text that the database accepts', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'From: ',
        'Subject: ',
        'Content-Type: ',
        'multipart/mixed; boundary=b',
        '\r\n',
        '\n\n',
        '--b',
        '--b--',
        '=?utf-8?Q?=',
        '=?utf-8?B?//8?=',
        'text/html; charset=x-none',
        '<',
        'Content-Transfer-Encoding: base64\n',
        '=ZZ',
        'Date: 1',
        ';',
        '"',
        '(',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const result = await parseMessage(Buffer.from(`Subject: x\n${pieces.join('')}`));
        const json = JSON.stringify(result);
        expect(json).not.toContain('\\u0000');
        expect(json.isWellFormed()).toBe(true);
        expect(json).not.toMatch(/\\ud[89a-f]/i);
      }),
      { numRuns: 500 },
    );
  });
});

describe('htmlText', () => {
  it.each([
    ['<p>a</p><p>b</p>', 'a\n\nb'],
    ['a<br>b', 'a\nb'],
    ['gr<b>as</b>', 'gras'],
    ['x<!-- <p>no</p> -->y', 'xy'],
    ['<a title="a > b" href=x>lien</a>', 'lien'],
    ['5 < 6 & 7 > 3', '5 < 6 & 7 > 3'],
    ['<style>a{}</style>b<script>c', 'b'],
    ['<scr<script>ipt>', 'ipt>'],
    ['&lt;script&gt;x', '<script>x'],
    ['<td>a</td><td>b</td>', 'a\n\nb'],
    ['<p title="open>text', 'text'],
  ])('turns %s into the text %j', (html, text) => expect(htmlText(html, 1_000)).toBe(text));

  it('is fast on hostile input', () => {
    const startedAt = performance.now();
    for (const html of ['<', '<a ', '<!--', '<a "', "<a x='", '<script>', '</', '&', '&#', '<p x="', '<!', '\n \n'])
      htmlText(html.repeat(100_000 / html.length), 100_000);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('decodes entities', () => {
    expect(decodeEntities('&eacute;&Eacute;&nbsp;&#233;&#xE9;&euro;&#128;&#0;&#x110000;&unknown;&amp;lt;')).toBe(
      'éÉ\u00a0éé€€\ufffd\ufffd&unknown;&lt;',
    );
  });
});
