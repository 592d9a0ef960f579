import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

const CONNECTIONS = 400;
/** The time that a turn of the event loop of a busy gateway takes. */
const TURN_MS = 5;

/** Opens all connections at once, and prints the number of answers when all have arrived. */
const clientScript = `
  const net = require('node:net');
  const [port, count] = process.argv.slice(1).map(Number);
  let answers = 0;
  for (let index = 0; index < count; index += 1) {
    const socket = net.connect(port, '127.0.0.1');
    socket.write('GET /health/live HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n');
    socket.once('data', () => {
      answers += 1;
      if (answers === count) process.stdout.write(String(answers), () => process.exit());
    });
  }`;

let fixture: GatewayFixture;
let gateway: Gateway;
let isBusy = false;
let turnCount = 0;
beforeAll(async () => {
  fixture = await GatewayFixture.open();
  gateway = await startGateway(
    { CORDEE_MODE: 'test', PORT: '0', MAX_CONNECTIONS_PER_ADDRESS: '10000' },
    fixture.context,
  );
});
afterEach(() => {
  isBusy = false;
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

/** Makes every turn of the event loop take `TURN_MS` while `isBusy`, and counts the turns. */
function keepEventLoopBusy(): void {
  if (!isBusy) return;
  turnCount += 1;
  const end = performance.now() + TURN_MS;
  while (performance.now() < end);
  setImmediate(keepEventLoopBusy);
}

it('a busy gateway accepts several new connections in one turn of its event loop', async () => {
  const client = spawn(process.execPath, ['-e', clientScript, new URL(gateway.url).port, String(CONNECTIONS)]);
  isBusy = true;
  keepEventLoopBusy();
  const [answers] = await Promise.all([text(client.stdout), once(client, 'exit')]);
  expect(answers).toBe(String(CONNECTIONS));
  expect(turnCount).toBeLessThan(CONNECTIONS / 2);
});
