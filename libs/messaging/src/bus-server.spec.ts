import { cloudEventType, dataSchemaOf, type CloudEvent } from '@cordee/contracts/cloud-event';
import { command, event, type Contract, type EventContract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { MessageHandler } from '@nestjs/microservices';
import * as z from 'zod';
import { BusServer, type PipelineHooks, type ExecutionResult, type PrepareReaction } from './bus-server.ts';
import type { Call } from './call.ts';
import { LocalBus } from './local-bus.ts';
import { encode, decode, type Reply } from './reply.ts';

const paintWall = command({
  subject: 'rpc.studio.wall.paint.v1',
  access: 'account',
  summary: 'Paints a wall',
  errors: { WALL_WET: { status: 409, title: 'The wall is wet' } },
  input: z.strictObject({ colour: z.string().min(1), walls: z.array(z.object({ height: z.int() })).default([]) }),
  output: z.object({ coats: z.int() }),
  example: { input: { colour: 'red' }, output: { coats: 1 } },
});
const wallPainted = event({
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
  deadLetterStorage: 'works' | 'fails once' = 'works';

  async authorize(contract: Contract): Promise<Call> {
    return { contract } as Call;
  }
  async execute(_call: Call, _input: unknown, run: (context: unknown) => Promise<unknown>): Promise<ExecutionResult> {
    return { output: await run({}) };
  }
  async handleEvent(_event: CloudEvent, prepare: PrepareReaction): Promise<{ done: true }> {
    await (
      await prepare()
    )({});
    return { done: true };
  }
  async deadLetter({ subject }: { subject: string }, deadEvent: CloudEvent | undefined, reason: string): Promise<void> {
    if (this.deadLetterStorage === 'fails once') {
      this.deadLetterStorage = 'works';
      throw new Error('the database is down');
    }
    this.deadLetters.push({ subject, event: deadEvent, reason });
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
const request = async (input: unknown): Promise<Reply> =>
  decode(
    await bus.request(paintWall.subject, input instanceof Uint8Array ? input : encode(input), {}, 60_000),
  ) as Reply;

const envelope = (sequence: number, data: unknown): CloudEvent => ({
  specversion: '1.0',
  id: `evt_${sequence}`,
  source: '/studio',
  type: cloudEventType(wallPainted),
  subject: 'w',
  time: '2026-11-22T10:00:00.000Z',
  dataschema: dataSchemaOf(wallPainted),
  datacontenttype: 'application/json',
  actorid: 'service:studio',
  requestid: 'r',
  sequence,
  data,
});
const deliver = (body: unknown, subject: string = wallPainted.subject): Promise<void> =>
  bus.publishEvent(subject, 'id', body instanceof Uint8Array ? body : encode(body));

describe('a request', () => {
  it('gets a reply with only the fields that the contract declares', async () => {
    addHandler(paintWall, () => ({ coats: 2, costs: 'a secret' }));
    await listen();
    expect(await request({ colour: 'red' })).toEqual({ output: { coats: 2 } });
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
    ['several wrong fields', { colour: '', walls: 1 }, { errors: [{ pointer: '/colour' }, { pointer: '/walls' }] }],
    ['no object', null, { errors: [{ pointer: '' }] }],
  ])('with %s is rejected before its handler runs, with pointers to the wrong fields', async (_, input, expected) => {
    addHandler(paintWall, () => {
      throw new Error('reached');
    });
    await listen();
    expect(await request(input)).toMatchObject({ error: expected });
    expect(hooks.errors).toEqual([]);
  });

  it.each([
    [
      'a rejection',
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
      'a value that is not an error',
      () => {
        throw 'oops' as unknown;
      },
      { code: 'INTERNAL', status: 500, title: 'Something went wrong on our side' },
      1,
    ],
    [
      'an output that violates the contract',
      () => ({ coats: 'many' }),
      { code: 'INTERNAL', status: 500, title: 'Something went wrong on our side' },
      1,
    ],
    ['no output', () => undefined, { code: 'INTERNAL', status: 500, title: 'Something went wrong on our side' }, 1],
  ])(
    'whose handler returns or throws %s gets a reply without internal details',
    async (_, handle, error, loggedErrors) => {
      addHandler(paintWall, handle);
      await listen();
      expect(await request({ colour: 'red' })).toEqual({ error });
      expect(hooks.errors).toHaveLength(loggedErrors);
    },
  );
});

describe('a service', () => {
  it.each([
    ['a command', paintWall],
    ['an event', wallPainted],
  ])('cannot have two handlers for %s', (_, contract) => {
    addHandler(contract, () => undefined);
    expect(() => addHandler(contract, () => undefined)).toThrow(`decorator has two handlers for ${contract.subject}`);
  });
});

describe('a delivery', () => {
  const handledCoats: number[] = [];
  let failsFor: (coats: number) => boolean;
  let errorFor: () => Error | undefined;
  beforeEach(async () => {
    handledCoats.length = 0;
    failsFor = () => false;
    errorFor = () => undefined;
    addHandler(wallPainted, ({ data }: CloudEvent<{ coats: number }>) => {
      handledCoats.push(data.coats);
      const error = failsFor(data.coats) ? new Error('out of paint') : errorFor();
      if (error) throw error;
    });
    await listen();
  });

  it.each([
    ['not JSON', new TextEncoder().encode('{'), /^not JSON/],
    ['not a CloudEvent', { hello: 'world' }, /^not a CloudEvent: specversion/],
    ['an event whose data violates the contract', envelope(1, { wallId: 'w', coats: 'many' }), /^data: coats/],
    [
      'an event whose type does not match its subject',
      { ...envelope(1, { wallId: 'w', coats: 1 }), type: 'cordee.studio.wall.sold.v1' },
      /^type cordee\.studio\.wall\.sold\.v1 on subject/,
    ],
    [
      'an event in the name of another service',
      { ...envelope(1, { wallId: 'w', coats: 1 }), source: '/identity' },
      /^source \/identity on subject/,
    ],
  ])('that is %s becomes a dead letter at once, and the next event is handled', async (_, body, reason) => {
    await Promise.all([deliver(body), deliver(envelope(2, { wallId: 'w', coats: 7 }))]);
    expect(hooks.deadLetters).toEqual([
      {
        subject: wallPainted.subject,
        // A delivery whose envelope or source is wrong has no event, so it claims no place in the order of an entity.
        event:
          body instanceof Uint8Array || !('source' in body) || body.source !== '/studio'
            ? undefined
            : expect.anything(),
        reason: expect.stringMatching(reason),
      },
    ]);
    expect(handledCoats).toEqual([7]);
  });

  it('of an event whose handler always throws becomes a dead letter after five attempts', async () => {
    failsFor = (coats) => coats === 1;
    await Promise.all([
      deliver(envelope(1, { wallId: 'w', coats: 1 })),
      deliver(envelope(2, { wallId: 'w', coats: 2 })),
      deliver(envelope(3, { wallId: 'w', coats: 3 })),
    ]);
    // The other events are handled meanwhile.
    expect(handledCoats.slice(0, 3)).toEqual([1, 2, 3]);
    expect(handledCoats.filter((coats) => coats === 1)).toHaveLength(5);
    expect(hooks.deadLetters).toMatchObject([{ event: { sequence: 1 }, reason: 'out of paint' }]);
  });

  it('of an event that succeeds at a later attempt does not become a dead letter', async () => {
    failsFor = () => handledCoats.length < 3;
    await deliver(envelope(1, { wallId: 'w', coats: 1 }));
    expect(handledCoats).toEqual([1, 1, 1]);
    expect(hooks.deadLetters).toEqual([]);
  });

  it('of an event whose handler cannot reach another service is retried longer', async () => {
    const unavailable = new DomainError('SERVICE_UNAVAILABLE', { retryAfter: 2 });
    errorFor = () => (handledCoats.length <= 8 ? unavailable : undefined);
    await deliver(envelope(1, { wallId: 'w', coats: 1 }));
    expect([handledCoats.length, hooks.deadLetters]).toEqual([9, []]);
    errorFor = () => unavailable;
    await deliver(envelope(2, { wallId: 'w', coats: 2 }));
    expect(hooks.deadLetters).toMatchObject([{ event: { sequence: 2 }, reason: 'SERVICE_UNAVAILABLE' }]);
  });

  it('that is malformed is repeated until the dead letter is stored', async () => {
    hooks.deadLetterStorage = 'fails once';
    await deliver(new TextEncoder().encode('{'));
    expect(hooks.deadLetters).toHaveLength(1);
  });

  it('of an event without a handler is acknowledged', async () => {
    await deliver(
      { ...envelope(1, { anything: true }), type: 'cordee.studio.wall.sold.v1' },
      'evt.studio.wall.sold.v1',
    );
    expect([handledCoats, hooks.deadLetters]).toEqual([[], []]);
  });
});
