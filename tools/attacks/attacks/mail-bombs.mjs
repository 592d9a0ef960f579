import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, equals, judge, latency, none } from '../judge.mjs';
import { createMailbox } from '../create-mailbox.mjs';
import { probeDuring } from '../probe.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

const HEADER = 'From: anna@alpine.example\r\n';
const bomb = (headers, unit, size) => `${HEADER}${headers}\r\n\r\n${unit.repeat(size / unit.length)}`;
const bombs = {
  'base64 padding, 12 MB': bomb('Content-Transfer-Encoding: base64', '=A', 12_000_000),
  'flowed lines, 4 MB': bomb('Content-Type: text/plain; format=flowed', 'a \r\n', 4_000_000),
  'HTML spaces, 4 MB': bomb('Content-Type: text/html', ' \n \n', 4_000_000),
  'groups of addresses': `${HEADER}To: ${'a:'.repeat(250_000)}\r\n\r\nx`,
};
const mbox = (mail) => `From anna@alpine.example Thu Jan  1 10:00:00 2026\r\n${mail}\r\n\r\n`;
const EMPTY_LINES = mbox('\n'.repeat(10_000_000));
const BASELINE_MS = 1_000;

export const attack = {
  name: 'mail-bombs',
  shows: 'Uploaded mails that are slow to parse are quarantined while other clients are served',
  env: unlimitedEnv,
  async run({ url, accounts }) {
    const { path, token, api } = await createMailbox(accounts);
    const probe = (work) => probeDuring(`${url}/v1/product-types`, work);
    const upload = async (text, type) => {
      const startedAt = performance.now();
      const answer = await api.upload(path, text, type, token()).catch(({ code }) => ({ error: code }));
      return { answer, ms: performance.now() - startedAt };
    };
    // The first message starts a worker thread.
    await upload(`${HEADER}Subject: first\r\n\r\nhello`, 'message/rfc822');
    const before = await probe(() => sleep(BASELINE_MS));
    const figures = [];
    for (const [name, text] of Object.entries(bombs)) {
      const { result, p99, failures } = await probe(() => upload(text, 'message/rfc822'));
      figures.push(
        equals(`${name}: code`, result.answer.quarantined?.[0]?.code ?? result.answer.error, 'MESSAGE_TOO_COMPLEX'),
        { ...atMost(`${name}: answered after`, result.ms, 1_000, 'ms'), isTime: true },
        latency(`${name}: p99 of others`, { before: before.p99, during: p99 }, 100),
        none(`${name}: failed requests of others`, failures),
      );
    }
    const twelveMails = await upload(mbox(bombs['groups of addresses']).repeat(12), 'application/mbox');
    figures.push(equals('an mbox of 12: code', twelveMails.answer.error ?? 'none', 'FILE_TOO_COMPLEX'));
    const emptyLines = await probe(() => upload(EMPTY_LINES, 'application/mbox'));
    figures.push(
      equals('an mbox of empty lines: accepted', emptyLines.result.answer.accepted ?? 0, 0),
      latency('an mbox of empty lines: p99 of others', { before: before.p99, during: emptyLines.p99 }, 100),
    );
    return judge(`${Object.keys(bombs).length + 2} files`, ...figures);
  },
};
