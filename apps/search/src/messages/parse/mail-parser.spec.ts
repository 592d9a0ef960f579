import { WorkerLimitExceeded, WorkerPool } from '@cordee/service/worker-pool';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { MailParser } from './mail-parser.ts';

const parser = new MailParser(2);
/** On a busy machine, even an ordinary message can take more processor time than its limit. */
const patientParser = new MailParser(1, { baseMs: 60_000, msPerMib: 0 });
afterAll(() => Promise.all([parser.onApplicationShutdown(), patientParser.onApplicationShutdown()]));

const SIZE = 2_000_000;
const header = 'From: anna@alpine.example\r\n';
const mail = (headers: string, unit: string, length = SIZE): Buffer =>
  Buffer.from(`${header}${headers}\r\n\r\n${unit.repeat(length / unit.length)}x`);
const parse = (raw: Buffer, organization = 'org') => parser.parse(organization, raw, false);
const htmlHeader = 'Content-Type: text/html';
const plainAndHtmlHeaders = [
  'Content-Type: multipart/mixed; boundary=b\r\n',
  '--b\r\nContent-Type: text/plain\r\n\r\nx',
  `--b\r\n${htmlHeader}`,
].join('\r\n');
const addresses = (unit: string): Buffer => Buffer.from(`${header}To: ${unit.repeat(500_000 / unit.length)}\r\n\r\nx`);

describe('a message that is slow to parse', () => {
  it.each([
    ['base64 with padding everywhere', mail('Content-Transfer-Encoding: base64', '=A')],
    ['groups in groups of addresses', addresses('a:')],
  ])('is quarantined: %s', async (_, raw) => {
    const result = await parse(raw);
    expect(result).toMatchObject({ reason: { code: 'MESSAGE_TOO_COMPLEX' } });
    expect(result.dedupKey).toMatch(/^sha256:/);
    expect(await parse(mail('Subject: next', 'hello '.repeat(10), 60))).toMatchObject({
      message: { subject: 'next' },
    });
  });

  it.each([
    ['base64 lines of one character', mail('Content-Transfer-Encoding: base64', 'A=\r\n')],
    ['flowed lines', mail('Content-Type: text/plain; format=flowed', 'a \r\n')],
    ['empty lines', mail('Subject: x', '\n')],
    ['lines of spaces in HTML', mail(htmlHeader, ' \n \n')],
    ['links without an end', mail(plainAndHtmlHeaders, '<a href="')],
    ['line breaks without an end', mail(plainAndHtmlHeaders, '<br \n')],
    ['a calendar of empty lines', mail('Content-Type: text/calendar', '\r\n')],
  ])('is quarantined if the machine does not parse it in time: %s', async (_, raw) => {
    const result = await parse(raw);
    if ('reason' in result) expect(result.reason.code).toBe('MESSAGE_TOO_COMPLEX');
    else expect(result.message.from).toMatchObject([{ address: 'anna@alpine.example' }]);
  });

  it('does not delay a message of another organization', async () => {
    const slow = parse(mail('Content-Transfer-Encoding: base64', '=A'), 'slow');
    let isSlowDone = false;
    void slow.then(() => (isSlowDone = true));
    await parse(mail('Subject: next', 'hello', 5), 'other');
    expect(isSlowDone).toBe(false);
    await slow;
  });
});

const sentence = 'The committee meets on Tuesday at ten in the large hall.\r\n';
it.each([
  ['plain text', mail('Content-Type: text/plain', sentence, 6_000_000)],
  ['HTML', mail(htmlHeader, `<p>${sentence.trim()}</p>\r\n`, 6_000_000)],
  ['quoted-printable', mail('Content-Transfer-Encoding: quoted-printable', `${'=C3=A9'.repeat(12)}=\r\n`, 6_000_000)],
])('a large message of %s is parsed', async (_, raw) => {
  expect(await patientParser.parse('org', raw, false)).toMatchObject({ message: { text: expect.any(String) } });
});

it('a large message with an attachment is parsed', async () => {
  const result = await patientParser.parse(
    'org',
    mail('Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64', `${'QUJD'.repeat(19)}\r\n`, 30_000_000),
    false,
  );
  expect(result).toMatchObject({ message: { attachments: [{ contentType: 'application/pdf' }] } });
});

it('a message has the same dedup key whether it is parsed or exceeds a limit', async () => {
  const lines = mail('Content-Transfer-Encoding: base64', '=A').toString('latin1');
  const withUnixLines = Buffer.from(lines.replaceAll('\r\n', '\n'), 'latin1');
  expect((await parse(withUnixLines)).dedupKey).toBe((await parse(Buffer.from(lines, 'latin1'))).dedupKey);
});

it('a message whose dedup key exceeds a limit is rejected with FILE_TOO_COMPLEX', async () => {
  const run = jest.spyOn(WorkerPool.prototype, 'run').mockRejectedValue(new WorkerLimitExceeded('time'));
  try {
    await expect(parse(mail('Subject: x', 'x', 10))).rejects.toMatchObject({ code: 'FILE_TOO_COMPLEX' });
  } finally {
    run.mockRestore();
  }
});
