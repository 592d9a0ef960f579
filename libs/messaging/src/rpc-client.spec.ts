import { command, type Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { BusMessage } from './bus.ts';
import { LocalBus } from './local-bus.ts';
import { encode } from './reply.ts';
import { toReplyError } from './reply-error.ts';
import { RpcClient } from './rpc-client.ts';

const paintWall = command({
  subject: 'rpc.studio.wall.paint.v1',
  access: 'account',
  summary: 'Paints a wall',
  input: z.object({ colour: z.string() }),
  output: z.object({ coats: z.int() }),
  errors: { WALL_WET: { status: 409, title: 'The wall is wet' } },
  example: { input: { colour: 'red' }, output: { coats: 1 } },
});

let bus: LocalBus;
let rpc: RpcClient;
beforeEach(() => {
  bus = new LocalBus();
  rpc = new RpcClient(bus, 'tester');
});

const answerWith = (answer: (message: BusMessage) => unknown): Promise<void> =>
  bus.serve(paintWall.subject, 'studio', async (message) => encode(answer(message)));
const rejectWith = (error: unknown, contract: Contract = paintWall): Promise<void> =>
  answerWith(() => ({ error: toReplyError(error, contract) }));
const rejectionOf = async ({ timeoutMs } = { timeoutMs: 60_000 }): Promise<DomainError> =>
  rpc.call(paintWall, { colour: 'red' }, { timeoutMs }).then(
    () => {
      throw new Error('the call was not rejected');
    },
    (error: unknown) => error as DomainError,
  );

describe('RpcClient', () => {
  it('returns the output', async () => {
    await answerWith(() => ({ output: { coats: 2 } }));
    expect(await rpc.call(paintWall, { colour: 'red' })).toEqual({ coats: 2 });
  });

  it('sends the headers of the causing call, and only its own headers without a causing call', async () => {
    const receivedHeaders: BusMessage['headers'][] = [];
    await answerWith(({ headers }) => (receivedHeaders.push(headers), { output: { coats: 1 } }));
    const origin = {
      requestId: 'r1',
      traceparent: '00-ab',
      token: 'tok',
      language: 'fr',
      reason: 'peint à neuf',
    } as const;
    await rpc.call(paintWall, { colour: 'red' }, { causedBy: origin, idempotencyKey: 'clé', timeoutMs: 1_000 });
    await rpc.call(paintWall, { colour: 'red' });
    expect(receivedHeaders[0]).toEqual({
      'cordee-service': 'tester',
      'cordee-token': 'tok',
      'cordee-reason': encodeURIComponent('peint à neuf'),
      'cordee-deadline': expect.stringMatching(/^\d{13}$/),
      'request-id': 'r1',
      traceparent: '00-ab',
      'accept-language': 'fr',
      'idempotency-key': encodeURIComponent('clé'),
    });
    expect(Object.keys(receivedHeaders[1]!).toSorted()).toEqual(['cordee-deadline', 'cordee-service', 'request-id']);
  });

  it('throws SERVICE_UNAVAILABLE with the name of the service when the service is not running', async () => {
    expect(await rejectionOf()).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      status: 503,
      retryAfter: 2,
      detail: 'studio is not running',
    });
  });

  it('throws SERVICE_UNAVAILABLE with the advice to repeat the call when the reply is late', async () => {
    const lateReply = Promise.withResolvers<Uint8Array>();
    await bus.serve(paintWall.subject, 'studio', () => lateReply.promise);
    expect(await rejectionOf({ timeoutMs: 20 })).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      status: 503,
      detail: expect.stringContaining('Idempotency-Key'),
    });
    lateReply.resolve(encode({}));
  });

  it.each([
    [
      'a declared rejection, with the status of the contract',
      new DomainError('WALL_WET', { detail: 'until noon', retryAfter: 60 }),
      { code: 'WALL_WET', status: 409, detail: 'until noon', retryAfter: 60, errors: [] },
    ],
    [
      'a shared rejection',
      new DomainError('SIGN_IN_REQUIRED'),
      { code: 'SIGN_IN_REQUIRED', status: 401, detail: undefined },
    ],
    [
      'a rejection that no contract declares, with status 422',
      new DomainError('WALL_GONE'),
      { code: 'WALL_GONE', status: 422 },
    ],
    [
      'INPUT_INVALID with the pointers to the wrong fields',
      new DomainError('INPUT_INVALID', { errors: [{ pointer: '/colour', detail: 'no colour', code: 'custom' }] }),
      { code: 'INPUT_INVALID', status: 422, errors: [{ pointer: '/colour', detail: 'no colour', code: 'custom' }] },
    ],
    [
      'INTERNAL for an unexpected error, without its text',
      new Error('password of the database is 1234'),
      { code: 'INTERNAL', status: 500, detail: undefined },
    ],
  ])('throws %s', async (_, thrown, expected) => {
    await rejectWith(thrown);
    const rejection = await rejectionOf();
    expect(rejection).toBeInstanceOf(DomainError);
    expect(rejection).toMatchObject(expected);
  });
});
