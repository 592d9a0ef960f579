import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A probe sends a few bytes in the protocol of the server and returns `{ isReady, text }`. An open port is not enough:
 * PostgreSQL can still be in recovery, and Redis can still load its data.
 */
export async function probePostgres(url) {
  const { host, port } = addressOf(url, 5432);
  // A message is a type byte, a length in four bytes and a text. The length does not count the type byte.
  const answer = await exchange(
    host,
    port,
    startupMessage(),
    (bytes) => bytes.length >= 5 && bytes.length > bytes.readUInt32BE(1),
  );
  const text = answer?.toString('latin1') ?? '';
  // The error 57P03 says that the server is starting up or shutting down. A server that answers with another error
  // (password, TLS) is ready.
  return { isReady: text !== '' && !text.includes('57P03'), text };
}

export async function probeNats(url) {
  const { host, port } = addressOf(url.split(',')[0], 4222);
  const answer = await exchange(host, port, undefined, (bytes) => bytes.includes('\r\n'));
  const text = answer?.toString('utf8') ?? '';
  return { isReady: text.startsWith('INFO '), text, hasJetStream: /"jetstream":\s*true/.test(text) };
}

export async function probeRedis(url) {
  const { host, port } = addressOf(url, 6379);
  if (url.startsWith('rediss:')) return { isReady: await canConnect(host, port), text: 'TLS' };
  const { username, password } = new URL(url);
  // A server that loads its data accepts the password, and refuses only the PING.
  const commands = password ? [`AUTH ${username || 'default'} ${decodeURIComponent(password)}`, 'PING'] : ['PING'];
  const isComplete = (bytes) => bytes.toString('latin1').split('\r\n').length > commands.length;
  const answer = await exchange(host, port, Buffer.from(`${commands.join('\r\n')}\r\n`), isComplete);
  const text = answer?.toString('utf8') ?? '';
  return { isReady: text.includes('+PONG') || text.includes('-NOAUTH'), text };
}

/** Returns the host and port of an address. `text` has no user and no password, so that it can be printed. */
export function addressOf(url, defaultPort) {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost';
  return { host, port: Number(port || defaultPort), text: `${hostname || 'localhost'}:${port || defaultPort}` };
}

/** Repeats the probe until the server is ready or the timeout is over. Also stops when `hasFailed` returns true. */
export async function waitUntilReady(probe, url, { timeoutMs, hasFailed = () => false }) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await probe(url);
    if (answer.isReady) return answer;
    if (hasFailed() || Date.now() > deadline) return undefined;
    await sleep(25);
  }
}

function startupMessage() {
  // The version 3.0 of the protocol, then pairs of names and values.
  const body = Buffer.from('\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([length, body]);
}

function exchange(host, port, request, isComplete) {
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
    socket.on('connect', () => request && socket.write(request));
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (isComplete(bytes)) finish(bytes);
    });
  });
}

function canConnect(host, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 2_000 }, () => socket.destroy(resolve(true)));
    socket.on('error', () => resolve(false));
    socket.on('timeout', () => socket.destroy(resolve(false)));
  });
}
