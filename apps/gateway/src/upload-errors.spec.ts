import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import net from 'node:net';
import { importBankFile } from '@cordee/contracts/billing/bank-file';
import { billingFiles } from '@cordee/contracts/billing/document-download';
import { serviceOf, type Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { FILE_CHUNK_BYTES } from '@cordee/contracts/file';
import { listKeys } from '@cordee/contracts/identity/session';
import { callHeaders } from '@cordee/messaging/call';
import { decode, encode } from '@cordee/messaging/reply';
import { toReplyError } from '@cordee/messaging/reply-error';
import { waitFor } from '@cordee/testing/wait-for';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

let fixture: GatewayFixture;
let gateway: Gateway;
let staffToken: string;
/** The positions of the chunks that the stubbed service has received. */
const positions: number[] = [];
let storeChunk: () => Promise<void>;
const refuseChunk = async (): Promise<void> => {
  throw new DomainError('IDEMPOTENCY_KEY_REUSED');
};

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  await stub(listKeys, async () => ({ keys: [fixture.verificationKey] }));
  await stub(importBankFile, async () => importBankFile.example.output);
  await stub(billingFiles.appendFileChunk, async ({ position }) => {
    positions.push(position as number);
    await storeChunk();
    return { size: 0 };
  });
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0', SLOW_CLIENT_MS: '3000' }, fixture.context);
  const claims = { sid: 'ses_01je5nryg0fgz9y05x3mqpmjrg', auth_time: 0, staff: true };
  staffToken = await fixture.sign('acc_01je5nryg0fgz9y05x3mqpmjrg', claims);
});
beforeEach(() => {
  positions.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

/** Answers requests of a contract in place of its service. */
async function stub(contract: Contract, handle: (input: Record<string, unknown>) => Promise<unknown>): Promise<void> {
  await fixture.bus.serve(contract.subject, serviceOf(contract), async ({ data, headers }) => {
    if (headers[callHeaders.preflightOnly]) return encode({ output: null });
    return handle(decode(data) as Record<string, unknown>).then(
      (output) => encode({ output }),
      (error: unknown) => encode({ error: toReplyError(error, contract) }),
    );
  });
}

/** Sends the headers and the first bytes of an upload of ten chunks. */
function startUpload(byteCount: number): net.Socket {
  const { hostname, port, host } = new URL(gateway.url);
  const socket = net.connect(Number(port), hostname);
  socket.write(
    [
      'POST /v1/staff/bank-files HTTP/1.1',
      `host: ${host}`,
      `authorization: Bearer ${staffToken}`,
      'content-type: application/xml',
      'idempotency-key: upload-1',
      `content-length: ${10 * FILE_CHUNK_BYTES}`,
      '\r\n',
    ].join('\r\n'),
  );
  socket.write(Buffer.alloc(byteCount, 'x'));
  return socket;
}

async function statusLineOf(socket: net.Socket): Promise<string | undefined> {
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString().split('\r\n')[0];
}

it.each([
  ['has sent the whole file', 10 * FILE_CHUNK_BYTES],
  ['has sent a part of the next chunk and waits', FILE_CHUNK_BYTES + 10],
])('a client gets the error of the first chunk although it %s', async (_, byteCount) => {
  storeChunk = refuseChunk;
  const socket = startUpload(byteCount);
  expect(await statusLineOf(socket)).toBe('HTTP/1.1 422 Unprocessable Entity');
  expect(positions).toEqual([0]);
  socket.destroy();
});

it('a client that disconnects while a chunk is stored can repeat its upload', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  storeChunk = () => released.then(refuseChunk);
  const firstUpload = startUpload(FILE_CHUNK_BYTES + 10);
  await waitFor(async () => positions.length === 1, 'the first chunk');
  firstUpload.destroy();
  await once(firstUpload, 'close');
  // The answer shows that the gateway has noticed the disconnect.
  expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  release();
  storeChunk = async () => undefined;
  const repeatedUpload = startUpload(10 * FILE_CHUNK_BYTES);
  expect(await statusLineOf(repeatedUpload)).toBe('HTTP/1.1 201 Created');
  expect(positions).toEqual([0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  repeatedUpload.destroy();
});
