import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { splitMbox, type MboxMessage } from './mbox.ts';

async function* chunksOf(text: string, chunkSize: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text, 'utf8');
  for (let start = 0; start < bytes.length; start += chunkSize)
    yield Uint8Array.from(bytes.subarray(start, start + chunkSize));
}

async function split(text: string, { chunkSize = 7, sizeLimit = 1_000_000 } = {}): Promise<MboxMessage[]> {
  const messages: MboxMessage[] = [];
  for await (const message of splitMbox(chunksOf(text, chunkSize), sizeLimit)) messages.push(message);
  return messages;
}

const textOf = (message: MboxMessage) => Buffer.from(message.raw).toString('utf8');
const FROM = 'From jean@exemple.ch Tue Mar  3 09:00:00 2026';

describe('splitMbox', () => {
  it('splits at From_ lines and removes one > before a quoted From', async () => {
    const messages = await split(
      `${FROM}\nSubject: un\n\n>From ici\n>>From là\nFrom moi à toi, rien\n\n${FROM}\nSubject: deux\n\nfin\n`,
    );
    expect(messages.map(textOf)).toEqual([
      'Subject: un\n\nFrom ici\n>From là\nFrom moi à toi, rien\n',
      'Subject: deux\n\nfin\n',
    ]);
    expect(messages.map((message) => message.envelope)).toEqual([FROM, FROM]);
  });

  it('does not split at a sentence that begins with From after an empty line', async () => {
    expect((await split(`${FROM}\nSubject: un\n\nFrom here on it rains.\n`)).map(textOf)).toEqual([
      'Subject: un\n\nFrom here on it rains.\n',
    ]);
  });

  it('accepts CRLF, a missing last line end, a missing first From_ line and an empty file', async () => {
    expect(
      (await split(`${FROM}\r\nSubject: un\r\n\r\na\r\n\r\n${FROM}\r\nSubject: deux\r\n\r\nb`)).map(textOf),
    ).toEqual(['Subject: un\r\n\r\na\r\n', 'Subject: deux\r\n\r\nb']);
    expect((await split('Subject: seul\n\nx\n')).map(textOf)).toEqual(['Subject: seul\n\nx\n']);
    expect(await split('')).toEqual([]);
    expect(await split('\n\n')).toEqual([]);
  });

  it('truncates a message that is too long, and returns the next message', async () => {
    const messages = await split(`${FROM}\n${'x'.repeat(300_000)}\n\n${FROM}\nSubject: b\n\n`, {
      chunkSize: 1_000,
      sizeLimit: 100,
    });
    expect(messages.map(({ raw, size, isTruncated }) => [raw.length, size, isTruncated])).toEqual([
      // The full size includes the line end and the empty line before the next From_ line.
      [100, 300_002, true],
      [11, 11, false],
    ]);
  });

  it('property: returns the written messages for any chunk size', async () => {
    const arbitraryLine = fc.constantFrom('', 'a', 'From x', FROM, '>From y', '>>From z', 'é');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(arbitraryLine, { minLength: 1, maxLength: 6 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        async (letters, chunkSize) => {
          const messages = letters.map((lines) => `Subject: x\n\n${lines.join('\n')}\n`);
          // A program that writes an mbox quotes these lines with `>`.
          const mbox = messages.map((message) => `${FROM}\n${message.replaceAll(/^(>*From )/gm, '>$1')}\n`).join('');
          expect((await split(mbox, { chunkSize })).map(textOf)).toEqual(messages);
        },
      ),
    );
  });
});

it('reads a message of many empty lines', async () => {
  const lines = '\n'.repeat(3_000_000);
  const messages = await split(`${FROM}\n${lines}x\n`, { chunkSize: 100_000, sizeLimit: 4_000_000 });
  expect(messages.map(({ raw, isTruncated }) => [raw.length, isTruncated])).toEqual([[3_000_002, false]]);
});
