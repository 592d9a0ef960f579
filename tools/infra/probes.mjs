import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Each probe speaks a few bytes of the server's own protocol and answers `{ ready, says }`:
 * an open port alone does not mean that PostgreSQL has recovered or that Redis has loaded its data.
 */
export async function probePostgres(url) {
  const { host, port } = addressOf(url, 5432);
  const answer = await exchange(
    host,
    port,
    startupMessage(),
    (bytes) => bytes.length >= 5 && bytes.length > bytes.readUInt32BE(1),
  );
  const text = answer?.toString('latin1') ?? '';
  // 57P03: it is starting up or shutting down. Other errors (a password, TLS) come from a server that serves.
  return { ready: text !== '' && !text.includes('57P03'), says: text };
}

export async function probeNats(url) {
  const { host, port } = addressOf(url.split(',')[0], 4222);
  const answer = await exchange(host, port, undefined, (bytes) => bytes.includes('\r\n'));
  const text = answer?.toString('utf8') ?? '';
  return { ready: text.startsWith('INFO '), says: text, hasJetStream: /"jetstream":\s*true/.test(text) };
}

export async function probeRedis(url) {
  const { host, port } = addressOf(url, 6379);
  if (url.startsWith('rediss:')) return { ready: await accepts(host, port), says: 'TLS' };
  const answer = await exchange(host, port, Buffer.from('PING\r\n'), (bytes) => bytes.includes('\r\n'));
  const text = answer?.toString('utf8') ?? '';
  return { ready: text.startsWith('+PONG') || text.startsWith('-NOAUTH'), says: text };
}

/** Host and port without user and password: fit to be shown. */
export function addressOf(url, defaultPort) {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost';
  return { host, port: Number(port || defaultPort), text: `${hostname || 'localhost'}:${port || defaultPort}` };
}

/** Asks again until the probe is content or time is over. `isHopeless` ends the wait early. */
export async function waitUntilReady(probe, url, { patience, isHopeless = () => false }) {
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await probe(url);
    if (answer.ready) return answer;
    if (isHopeless() || Date.now() > deadline) return undefined;
    await sleep(25);
  }
}

function startupMessage() {
  const body = Buffer.from('\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([length, body]);
}

function exchange(host, port, question, isComplete) {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const socket = net.connect({ host, port });
    const finish = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => finish(undefined));
    socket.on('error', () => finish(undefined));
    socket.on('close', () => finish(undefined));
    socket.on('connect', () => question && socket.write(question));
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (isComplete(bytes)) finish(bytes);
    });
  });
}

function accepts(host, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 2_000 }, () => socket.destroy(resolve(true)));
    socket.on('error', () => resolve(false));
    socket.on('timeout', () => socket.destroy(resolve(false)));
  });
}
