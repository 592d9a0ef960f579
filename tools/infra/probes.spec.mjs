import net from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { addressOf, probeNats, probePostgres, probeRedis } from './probes.mjs';

let server;
afterEach(() => server?.close());

/** Starts a server that sends this text to every client. Returns its address. */
async function startServerThatSends(text) {
  server = net.createServer((socket) => socket.end(text)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return `some://127.0.0.1:${server.address().port}`;
}

const postgresMessage = (type, text) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(text)]);
};

describe('a probe recognizes', () => {
  test.each([
    ['PostgreSQL that accepts the login', probePostgres, postgresMessage('R', '\0\0\0\0'), true],
    ['PostgreSQL that requires a password', probePostgres, postgresMessage('E', 'SFATAL\0C28P01\0'), true],
    ['PostgreSQL that is recovering', probePostgres, postgresMessage('E', 'SFATAL\0C57P03\0'), false],
    ['Redis', probeRedis, '+PONG\r\n', true],
    ['Redis that requires a password', probeRedis, '-NOAUTH Authentication required.\r\n', true],
    ['Redis that is loading', probeRedis, '-LOADING Redis is loading the dataset in memory\r\n', false],
    ['another protocol', probeNats, 'HTTP/1.1 400 Bad Request\r\n', false],
  ])('%s', async (_, probe, text, isReady) => {
    expect(await probe(await startServerThatSends(text))).toMatchObject({ isReady });
  });

  test('NATS with JetStream', async () => {
    const url = await startServerThatSends('INFO {"version":"2.10.27","jetstream":true}\r\n');
    expect(await probeNats(url)).toMatchObject({ isReady: true, hasJetStream: true });
  });

  test('a port without a server', async () => {
    expect(await probeRedis('redis://127.0.0.1:1')).toMatchObject({ isReady: false });
  });
});

test('addressOf returns an address without its password', () => {
  expect(addressOf('postgres://anna:secret@db.example/cordee', 5432)).toEqual({
    host: 'db.example',
    port: 5432,
    text: 'db.example:5432',
  });
});
