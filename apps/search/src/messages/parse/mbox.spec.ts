import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { splitMbox, type MboxMessage } from './mbox.ts';

async function* chunksOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; at += size) yield Uint8Array.from(bytes.subarray(at, at + size));
}

async function split(text: string, size = 7, limit = 1_000_000): Promise<MboxMessage[]> {
  const messages: MboxMessage[] = [];
  for await (const message of splitMbox(chunksOf(text, size), limit)) messages.push(message);
  return messages;
}

const text = (message: MboxMessage) => Buffer.from(message.raw).toString('utf8');
const FROM = 'From jean@exemple.ch Tue Mar  3 09:00:00 2026';

describe('splitMbox', () => {
  it('splits at From_ lines and removes one quote character before From', async () => {
    const messages = await split(
      `${FROM}\nSubject: un\n\n>From ici\n>>From là\nFrom moi à toi, rien\n\n${FROM}\nSubject: deux\n\nfin\n`,
    );
    expect(messages.map(text)).toEqual([
      'Subject: un\n\nFrom ici\n>From là\nFrom moi à toi, rien\n',
      'Subject: deux\n\nfin\n',
    ]);
    expect(messages.map((message) => message.envelope)).toEqual([FROM, FROM]);
  });

  it('does not split at a sentence that begins with From after an empty line', async () => {
    expect((await split(`${FROM}\nSubject: un\n\nFrom here on it rains.\n`)).map(text)).toEqual([
      'Subject: un\n\nFrom here on it rains.\n',
    ]);
  });

  it('accepts CRLF, a missing last line end, a missing first From_ line and an empty file', async () => {
    expect((await split(`${FROM}\r\nSubject: un\r\n\r\na\r\n\r\n${FROM}\r\nSubject: deux\r\n\r\nb`)).map(text)).toEqual(
      ['Subject: un\r\n\r\na\r\n', 'Subject: deux\r\n\r\nb'],
    );
    expect((await split('Subject: seul\n\nx\n')).map(text)).toEqual(['Subject: seul\n\nx\n']);
    expect(await split('')).toEqual([]);
    expect(await split('\n\n')).toEqual([]);
  });

  it('truncates a message that is too long and continues', async () => {
    const messages = await split(`${FROM}\n${'x'.repeat(300_000)}\n\n${FROM}\nSubject: b\n\n`, 1_000, 100);
    expect(messages.map(({ raw, size, isTruncated }) => [raw.length, size, isTruncated])).toEqual([
      [100, 300_002, true],
      [11, 11, false],
    ]);
  });

  it('property: returns the written messages for any chunk sizes', async () => {
    const line = fc.constantFrom('', 'a', 'From x', FROM, '>From y', '>>From z', 'é');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { minLength: 1, maxLength: 6 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        async (letters, size) => {
          const bodies = letters.map((lines) => `Subject: x\n\n${lines.join('\n')}\n`);
          const mbox = bodies.map((body) => `${FROM}\n${body.replaceAll(/^(>*From )/gm, '>$1')}\n`).join('');
          expect((await split(mbox, size)).map(text)).toEqual(bodies);
        },
      ),
    );
  });
});
