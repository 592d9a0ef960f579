import { cloudEventType, type CloudEvent } from '@cordee/contracts/cloud-event';
import { command, event, type Contract, type EventContract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { MessageHandler } from '@nestjs/microservices';
import * as z from 'zod';
import { BusServer, type PipelineHooks, type ExecutionResult } from './bus-server.ts';
import type { Call } from './call.ts';
import { LocalBus } from './local-bus.ts';
import { encode, decode, type Reply } from './reply.ts';

const paint = command({
  subject: 'rpc.studio.wall.paint.v1',
  access: 'account',
  summary: 'Paints a wall',
  errors: { WALL_WET: { status: 409, title: 'The wall is wet' } },
  input: z.strictObject({ colour: z.string().min(1), walls: z.array(z.object({ height: z.int() })).default([]) }),
  output: z.object({ coats: z.int() }),
  example: { input: { colour: 'red' }, output: { coats: 1 } },
});
const painted = event({
  subject: 'evt.studio.wall.painted.v1',
  summary: 'A wall was painted',
  data: z.object({ wallId: z.string(), coats: z.int() }),
  entity: 'wallId',
  example: { wallId: 'w', coats: 1 },
});

/** Accepts every request and records dead letters and errors. */
class RecordingHooks implements PipelineHooks {
  readonly deadLetters: { reason: string; subject: string; event: CloudEvent | undefined }[] = [];
  readonly errors: { error: unknown; where: string }[] = [];
  storing: 'works' | 'fails once' = 'works';

  async authorize(contract: Contract): Promise<Call> {
    return { contract } as Call;
  }
  async execute(_call: Call, _input: unknown, run: (context: unknown) => Promise<unknown>): Promise<ExecutionResult> {
    return { output: await run({}) };
  }
  async handleEvent(_event: CloudEvent, run: (context: unknown) => Promise<void>): Promise<{ done: true }> {
    await run({});
    return { done: true };
  }
  async deadLetter({ subject }: { subject: string }, dead: CloudEvent | undefined, reason: string): Promise<void> {
    if (this.storing === 'fails once') {
      this.storing = 'works';
      throw new Error('the database is down');
    }
    this.deadLetters.push({ subject, event: dead, reason });
  }
  logError(error: unknown, where: string): void {
    this.errors.push({ error, where });
  }
}

let bus: LocalBus;
let hooks: RecordingHooks;
let server: BusServer;
beforeEach(() => {
  bus = new LocalBus();
  hooks = new RecordingHooks();
  server = new BusServer('decorator', bus, hooks, [10, 20, 30, 40]);
});

const addHandler = (contract: Contract | EventContract, handle: (data: never) => unknown): void =>
  server.addHandler(
    contract.subject,
    (async (data: never) => handle(data)) as MessageHandler,
    contract.kind === 'event',
    { contract },
  );
const listen = (): Promise<void> =>
  new Promise((resolve, reject) => server.listen((error) => (error ? reject(error) : resolve())));
const ask = async (input: unknown): Promise<Reply> =>
  decode(await bus.request(paint.subject, input instanceof Uint8Array ? input : encode(input), {}, 60_000)) as Reply;

const envelope = (sequence: number, data: unknown): CloudEvent => ({
  specversion: '1.0',
  id: `evt_${sequence}`,
  source: '/studio',
  type: cloudEventType(painted),
  subject: 'w',
  time: '2026-11-22T10:00:00.000Z',
  dataschema: '',
  datacontenttype: 'application/json',
  actorid: 'service:studio',
  requestid: 'r',
  sequence,
  data,
});
const deliver = (body: unknown, subject: string = painted.subject): Promise<void> =>
  bus.publishEvent(subject, 'id', body instanceof Uint8Array ? body : encode(body));

describe('requests', () => {
  it('are answered with the fields of the contract only', async () => {
    addHandler(paint, () => ({ coats: 2, costs: 'a secret' }));
    await listen();
    expect(await ask({ colour: 'red' })).toEqual({ output: { coats: 2 } });
  });

  it.each([
    ['no JSON', new TextEncoder().encode('{"colour":'), { code: 'INPUT_NOT_PARSEABLE', status: 400 }],
    [
      'a missing field',
      {},
      { code: 'INPUT_INVALID', status: 422, errors: [{ pointer: '/colour', code: 'invalid_type' }] },
    ],
    [
      'a wrong field deep inside',
      { colour: 'red', walls: [{ height: 1 }, { height: 'x' }] },
      { errors: [{ pointer: '/walls/1/height', code: 'invalid_type' }] },
    ],
    [
      'unknown fields',
      { colour: 'red', 'a/b~c': 1, d: 2 },
      {
        errors: [
          { pointer: '/a~1b~0c', code: 'unknown_field' },
          { pointer: '/d', code: 'unknown_field' },
        ],
      },
    ],
    ['several at once', { colour: '', walls: 1 }, { errors: [{ pointer: '/colour' }, { pointer: '/walls' }] }],
    ['no object', null, { errors: [{ pointer: '' }] }],
  ])('with %s are rejected with the pointer', async (_, input, expected) => {
    addHandler(paint, () => {
      throw new Error('reached');
    });
    await listen();
    expect(await ask(input)).toMatchObject({ error: expected });
    expect(hooks.errors).toEqual([]);
  });

  it.each([
    [
      'a refusal',
      () => {
        throw new DomainError('WALL_WET', { detail: 'until noon' });
      },
      { code: 'WALL_WET', status: 409, title: 'The wall is wet', detail: 'until noon' },
      0,
    ],
    [
      'an unknown error',
      () => {
        throw new Error('relation "wall" does not exist');
      },
      { code: 'INTERNAL', status: 500, title: 'Something went wrong on our side' },
      1,
    ],
    [
      'something that is no error',
      () => {
        throw 'oops' as unknown;
      },
      { code: 'INTERNAL', status: 500, title: 'Something went wrong on our side' },
      1,
    ],
    [
      'an output that is not what was declared',
      () => ({ coats: 'many' }),
      { code: 'INTERNAL', status: 500, title: 'Something went wrong on our side' },
      1,
    ],
    ['no output', () => undefined, { code: 'INTERNAL', status: 500, title: 'Something went wrong on our side' }, 1],
  ])('whose handler returns or throws %s are answered without internals', async (_, handle, error, reports) => {
    addHandler(paint, handle);
    await listen();
    expect(await ask({ colour: 'red' })).toEqual({ error });
    expect(hooks.errors).toHaveLength(reports);
  });

  it.each([
    ['a command', paint],
    ['an event', painted],
  ])('%s has one handler only', (_, contract) => {
    addHandler(contract, () => undefined);
    expect(() => addHandler(contract, () => undefined)).toThrow(`decorator has two handlers for ${contract.subject}`);
  });
});

describe('events', () => {
  const seen: number[] = [];
  let failing: (coats: number) => boolean;
  beforeEach(async () => {
    seen.length = 0;
    failing = () => false;
    addHandler(painted, ({ data }: CloudEvent<{ coats: number }>) => {
      seen.push(data.coats);
      if (failing(data.coats)) throw new Error('out of paint');
    });
    await listen();
  });

  it.each([
    ['not JSON', new TextEncoder().encode('{'), /^not JSON/],
    ['no CloudEvent', { hello: 'world' }, /^not a CloudEvent: specversion/],
    ['data of another shape', envelope(1, { wallId: 'w', coats: 'many' }), /^data: coats/],
    [
      'another type than its subject',
      { ...envelope(1, { wallId: 'w', coats: 1 }), type: 'cordee.studio.wall.sold.v1' },
      /^type cordee\.studio\.wall\.sold\.v1 on subject/,
    ],
  ])('that are %s become dead letters at once, and the next one is handled', async (_, body, reason) => {
    await Promise.all([deliver(body), deliver(envelope(2, { wallId: 'w', coats: 7 }))]);
    expect(hooks.deadLetters).toEqual([
      {
        subject: painted.subject,
        event: body instanceof Uint8Array || 'hello' in body ? undefined : expect.anything(),
        reason: expect.stringMatching(reason),
      },
    ]);
    expect(seen).toEqual([7]);
  });

  it('whose handler always throws become dead letters after five attempts, and the others are handled', async () => {
    failing = (coats) => coats === 1;
    await Promise.all([
      deliver(envelope(1, { wallId: 'w', coats: 1 })),
      deliver(envelope(2, { wallId: 'w', coats: 2 })),
      deliver(envelope(3, { wallId: 'w', coats: 3 })),
    ]);
    expect(seen.slice(0, 3)).toEqual([1, 2, 3]);
    expect(seen.filter((coats) => coats === 1)).toHaveLength(5);
    expect(hooks.deadLetters).toMatchObject([{ event: { sequence: 1 }, reason: 'out of paint' }]);
  });

  it('that succeed at a later attempt do not become dead letters', async () => {
    failing = () => seen.length < 3;
    await deliver(envelope(1, { wallId: 'w', coats: 1 }));
    expect(seen).toEqual([1, 1, 1]);
    expect(hooks.deadLetters).toEqual([]);
  });

  it('that cannot be stored as dead letters are redelivered', async () => {
    hooks.storing = 'fails once';
    await deliver(new TextEncoder().encode('{'));
    expect(hooks.deadLetters).toHaveLength(1);
  });

  it('without a handler are acknowledged in order', async () => {
    await deliver(
      { ...envelope(1, { anything: true }), type: 'cordee.studio.wall.sold.v1' },
      'evt.studio.wall.sold.v1',
    );
    expect([seen, hooks.deadLetters]).toEqual([[], []]);
  });
});
