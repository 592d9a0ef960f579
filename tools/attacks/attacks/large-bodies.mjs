import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClient } from '../client.mjs';
import { atMost, endedPidsOf, judge, latency, measured, none, slowest } from '../judge.mjs';
import { memoryGrowthDuring } from '../memory.mjs';
import { probeDuring } from '../probe.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';
import { xmlBombs } from '../xml-bombs.mjs';

const GIGABYTE = 1_000_000_000;
const PIECE = Buffer.alloc(64 * 1_024, ' ');
const BASELINE_MS = 1_000;
/** The line of root in /etc/passwd. */
const LOCAL_FILE = /root:.*:0:0/;

export const attack = {
  name: 'large-bodies',
  shows: 'Large bodies, XML bombs and external entities are refused with little memory, and other clients are served',
  env: unlimitedEnv,
  async run({ url, accounts, staff, gatewayPid, pids }) {
    const { organizations } = await accounts();
    const [{ owner, path }] = organizations;
    const session = await staff();
    const client = openClient(url);
    const pidsBefore = pids();
    const bank = { target: '/v1/staff/bank-files', token: session.accessToken, type: 'application/xml' };
    const json = { target: `${path}/teams`, token: owner.session.accessToken, type: 'application/json' };
    const largeBodies = {
      'JSON with a length': { ...json, length: GIGABYTE },
      'JSON in chunks': json,
      'JSON without a sign-in': { ...json, token: undefined },
      'sign-in': { ...json, token: undefined, target: '/v1/sessions' },
      'bank file with a length': { ...bank, length: GIGABYTE },
      // Without a length, the server knows at 50 MiB that the file is too large.
      'bank file in chunks': { ...bank, isReadToLimit: true },
      'bank file without a sign-in': { ...bank, token: undefined },
      'unknown path': { ...json, target: '/nothing' },
    };
    const otherUrl = `${url}/v1/product-types`;
    const before = await probeDuring(otherUrl, () => sleep(BASELINE_MS));
    const figures = [];
    for (const [name, { isReadToLimit, ...options }] of Object.entries(largeBodies)) {
      const { growth, result: probe } = await memoryGrowthDuring(gatewayPid, () =>
        probeDuring(otherUrl, () => sendLargeBody(url, options)),
      );
      const { status, ms } = probe.result;
      figures.push(
        atMost(`${name}: status`, status, 499),
        isReadToLimit
          ? measured(`${name}: refused after`, ms, 'ms')
          : { ...atMost(`${name}: refused after`, ms, 1_000, 'ms'), isTime: true },
        atMost(`${name}: memory of the gateway grows by`, growth, 200, 'MiB'),
        none(`${name}: failed requests of others`, probe.failures),
      );
    }
    const answers = [];
    const { p99, failures } = await probeDuring(otherUrl, async () => {
      for (const [title, body] of Object.entries(xmlBombs))
        answers.push({ title, ...(await uploadXml(client, bank, body)) });
    });
    client.close();
    return judge(
      `${Object.keys(largeBodies).length} bodies of 1 GB, ${answers.length} XML files`,
      ...figures,
      none(
        'XML: accepted',
        answers.filter(({ status }) => status < 400).map(({ title, text }) => `${title} ${text}`),
      ),
      none(
        'XML: server errors',
        answers.filter(({ status }) => status === 0 || status >= 500).map(({ title }) => title),
      ),
      none(
        'XML: content of a local file in the answer',
        answers.filter(({ text }) => LOCAL_FILE.test(text)).map(({ title }) => title),
      ),
      slowest(answers, 5_000),
      latency('XML: p99 of others', { before: before.p99, during: p99 }, 500),
      none('XML: failed requests of others', failures),
      none('ended processes', endedPidsOf(pidsBefore, pids())),
    );
  },
};

const uploadXml = (client, { target, token, type }, body) =>
  client.send({
    method: 'POST',
    path: target,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': type,
      'content-length': String(Buffer.byteLength(body)),
    },
    body,
  });

/** Sends up to a gigabyte until the server answers. Without `length`, the body is sent in chunks. */
function sendLargeBody(url, { target, token, type, length }) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const settle = (status) => resolve({ status, ms: performance.now() - startedAt });
    const request = http.request(`${url}${target}`, {
      method: 'POST',
      headers: {
        'content-type': type,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(length ? { 'content-length': String(length) } : {}),
      },
    });
    request.on('response', (response) => {
      settle(response.statusCode);
      request.destroy();
    });
    // The server closes the connection of a client that goes on sending.
    request.on('error', () => settle(0));
    let sent = 0;
    const write = () => {
      while (sent < GIGABYTE && !request.destroyed) {
        sent += PIECE.length;
        if (!request.write(PIECE)) return request.once('drain', write);
      }
      return request.end();
    };
    write();
  });
}
