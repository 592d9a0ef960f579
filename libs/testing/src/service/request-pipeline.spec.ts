import { command, event, query, type Access, type Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { idSchema } from '@cordee/contracts/id';
import { callHeaders } from '@cordee/messaging/call';
import { decode, encode, type Reply } from '@cordee/messaging/reply';
import { domainEvent } from '@cordee/outbox/publish';
import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { ServiceConfig } from '@cordee/service/config';
import { migration } from '@cordee/service/database/migration';
import {
  Preflight,
  Consumes,
  Handles,
  type CommandContext,
  type QueryContext,
  type ReactionContext,
} from '@cordee/service/handler-decorators';
import { CommittedRejection } from '@cordee/service/committed-rejection';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import * as z from 'zod';
import { TestService, uuid, type Caller } from '../test-service.ts';

const SERVICE = 'endpoints';
const organizationId = idSchema('org');
const exampleOrganization = newId('org', new Date());
const testQuery = (verb: string, access: Access) =>
  query({
    subject: `rpc.endpoints.coat.${verb}.v1`,
    access,
    summary: 'Opens',
    input: z.object({ organizationId: organizationId.optional() }),
    output: z.object({ answer: z.string() }),
    errors: {},
    example: { input: {}, output: { answer: 'x' } },
  });
const [publicOperation, accountOperation, staffOperation, serviceOperation, manageOperation] = [
  testQuery('public', 'public'),
  testQuery('account', 'account'),
  testQuery('staff', 'staff'),
  testQuery('service', 'service'),
  testQuery('manage', 'team:manage'),
];
/** Operations that require a recent sign-in. */
const requiringRecentSignIn = (contract: Contract): Contract => ({
  ...contract,
  subject: contract.subject.replace('.v1', '_recent.v1') as Contract['subject'],
  requiresRecentSignIn: true,
});
const [recentAccountOperation, recentStaffOperation, recentManageOperation] = [
  accountOperation,
  staffOperation,
  manageOperation,
].map((contract) => requiringRecentSignIn(contract)) as [Contract, Contract, Contract];
const paint = command({
  subject: 'rpc.endpoints.coat.paint.v1',
  access: 'team:manage',
  summary: 'Paints',
  input: z.object({ organizationId, colour: z.string() }),
  output: z.object({ painted: z.int() }),
  errors: {},
  idempotencyKey: 'required',
  example: { input: { organizationId: exampleOrganization, colour: 'red' }, output: { painted: 1 } },
});
const painted = event({
  subject: 'evt.endpoints.coat.painted.v1',
  summary: 'Painted',
  data: z.object({ organizationId, colour: z.string() }),
  entity: 'organizationId',
  example: { organizationId: exampleOrganization, colour: 'red' },
});
const delivered = event({
  subject: 'evt.paint.pot.delivered.v1',
  summary: 'Delivered',
  data: z.object({ organizationId, potId: z.string(), colour: z.string() }),
  entity: 'potId',
  example: { organizationId: exampleOrganization, potId: 'p', colour: 'red' },
});

/** The colours that the transaction can read. */
const listColours = ({ em }: Pick<CommandContext, 'em'>): Promise<{ colour: string }[]> =>
  em.execute('select colour from coat order by colour');
const paintIn = ({ em }: Pick<CommandContext, 'em'>, id: `org_${string}`, colour: string): Promise<unknown> =>
  em.execute('insert into coat (organization_id, colour) values (?, ?)', [uuid(id), colour]);
const answerCaller = ({ call: { actor } }: CommandContext): { answer: string } => ({
  answer: actor.kind === 'service' ? actor.service : actor.kind,
});

@Controller()
class TestHandlers {
  @Handles(publicOperation)
  async public(_: unknown, context: CommandContext) {
    return answerCaller(context);
  }
  @Handles(accountOperation)
  async account(_: unknown, context: CommandContext) {
    return answerCaller(context);
  }
  @Handles(staffOperation)
  async staff(_: unknown, context: CommandContext) {
    return { answer: `${(await listColours(context)).length} coats` };
  }
  @Handles(serviceOperation)
  async service(_: unknown, context: CommandContext) {
    return answerCaller(context);
  }
  @Handles(manageOperation)
  async manage(_: unknown, context: CommandContext) {
    return { answer: (await listColours(context)).map(({ colour }) => colour).join(' ') };
  }

  @Handles(recentAccountOperation)
  async accountRecent(_: unknown, context: CommandContext) {
    return answerCaller(context);
  }
  @Handles(recentStaffOperation)
  async staffRecent(_: unknown, context: CommandContext) {
    return answerCaller(context);
  }
  @Handles(recentManageOperation)
  async manageRecent(_: unknown, context: CommandContext) {
    return answerCaller(context);
  }

  @Preflight(paint)
  async mayPaint(input: z.output<typeof paint.input>, context: QueryContext) {
    if (input.colour === 'forbidden') throw new DomainError('NOT_FOUND');
    if ((await listColours(context)).some(({ colour }) => colour === input.colour))
      throw new DomainError('PERMISSION_DENIED', { detail: 'the coat is on already' });
  }

  @Handles(paint)
  async paint(input: z.output<typeof paint.input>, context: CommandContext) {
    await paintIn(context, input.organizationId, input.colour);
    await context.publish(domainEvent(painted, input));
    if (input.colour === 'transparent') throw new Error('no such paint');
    if (input.colour === 'wet') throw new CommittedRejection('NOT_FOUND');
    return { painted: (await listColours(context)).length };
  }

  @Consumes(delivered)
  async delivered({ data }: CloudEvent<z.output<typeof delivered.data>>, context: ReactionContext) {
    await paintIn(context, data.organizationId, data.colour);
    if (data.colour === 'spilt') throw new Error('spilt');
  }
}

@Module({ controllers: [TestHandlers] })
class TestModule {}

const definition: ServiceDefinition = {
  name: SERVICE,
  config: ServiceConfig,
  entities: [],
  module: TestModule,
  migrations: [
    migration(
      '0001_endpoints',
      `create table coat (organization_id uuid not null, colour text not null);
      ${protectTenantTables(SERVICE, [{ name: 'coat' }])}`,
    ),
  ],
};

let test: TestService;
const [anna, ben, eva] = [newId('acc', new Date()), newId('acc', new Date()), newId('acc', new Date())];
let ours: `org_${string}`;
let theirs: `org_${string}`;
/** Another organization of which Anna is a member. */
let second: `org_${string}`;

beforeAll(async () => {
  test = await TestService.start(definition);
});
afterAll(() => test.stop());
beforeEach(() => {
  [ours, theirs, second] = [newId('org', new Date()), newId('org', new Date()), newId('org', new Date())];
  const person = (accountId: `acc_${string}`, role: 'administrator' | 'collaborator', isBlocked = false) => ({
    accountId,
    role,
    flags: [],
    isBlocked,
  });
  test.stubbedSnapshots.people.set(ours, [person(anna, 'administrator'), person(ben, 'collaborator')] as never);
  test.stubbedSnapshots.people.set(second, [person(anna, 'administrator')] as never);
  test.stubbedSnapshots.people.set(theirs, [person(eva, 'administrator')] as never);
});

const annaCaller: Caller = { account: anna };
const tokenCaller = (account: `acc_${string}`, scopes: string[]): Caller => ({
  account,
  limits: { organizationId: ours, scopes },
});
const tokens = {
  token: () => tokenCaller(anna, ['team:manage']),
  narrowToken: () => tokenCaller(anna, ['team:read', 'right:*']),
  tokenOfBen: () => tokenCaller(ben, ['team:manage']),
};

describe('authorization', () => {
  it.each<[string, Contract, Caller | keyof typeof tokens, 'ours' | 'theirs' | 'second' | 'unknown' | 'none', string]>([
    ['a public operation needs no sign-in', publicOperation, 'nobody', 'none', 'ok'],
    ['a person may execute a public operation', publicOperation, annaCaller, 'none', 'ok'],
    ['an account operation needs a sign-in', accountOperation, 'nobody', 'none', 'SIGN_IN_REQUIRED'],
    ['a person may execute an account operation', accountOperation, annaCaller, 'none', 'ok'],
    ['a staff operation needs a sign-in', staffOperation, 'nobody', 'none', 'SIGN_IN_REQUIRED'],
    ['a staff operation is not found by a person', staffOperation, annaCaller, 'none', 'NOT_FOUND'],
    ['staff may execute a staff operation', staffOperation, { staff: eva }, 'none', 'ok'],
    ['a service may execute a service operation', serviceOperation, { service: 'billing' }, 'none', 'ok'],
    ['an operation with a permission needs a sign-in', manageOperation, 'nobody', 'ours', 'SIGN_IN_REQUIRED'],
    ['a person with the permission may execute the operation', manageOperation, annaCaller, 'ours', 'ok'],
    [
      'a person without the permission may not execute the operation',
      manageOperation,
      { account: ben },
      'ours',
      'PERMISSION_DENIED',
    ],
    ['another organization is not found', manageOperation, annaCaller, 'theirs', 'ORGANIZATION_NOT_FOUND'],
    ['an unknown organization is not found', manageOperation, annaCaller, 'unknown', 'ORGANIZATION_NOT_FOUND'],
    [
      'staff have no permissions of customers',
      manageOperation,
      { staff: newId('acc', new Date()) },
      'ours',
      'ORGANIZATION_NOT_FOUND',
    ],
    ['a service has no permissions of customers', manageOperation, { service: 'billing' }, 'ours', 'SIGN_IN_REQUIRED'],
    ['a token may use the scopes that its person has permissions for', manageOperation, 'token', 'ours', 'ok'],
    ['a token may not exceed its scopes', manageOperation, 'narrowToken', 'ours', 'API_TOKEN_SCOPE_MISSING'],
    ['a token adds no permissions to its person', manageOperation, 'tokenOfBen', 'ours', 'PERMISSION_DENIED'],
    [
      'another organization of the person is not found with a token',
      manageOperation,
      'token',
      'second',
      'ORGANIZATION_NOT_FOUND',
    ],
    [
      'an unknown organization is not found with a token',
      manageOperation,
      'token',
      'unknown',
      'ORGANIZATION_NOT_FOUND',
    ],
    ['a token may not execute an account operation', accountOperation, 'token', 'none', 'API_TOKEN_SCOPE_MISSING'],
    ['a staff operation is not found with a token', staffOperation, 'token', 'none', 'NOT_FOUND'],
    ['a token may execute a public operation', publicOperation, 'token', 'none', 'ok'],
    [
      'an operation with a permission fails when its input has no organization',
      manageOperation,
      annaCaller,
      'none',
      'INTERNAL',
    ],
  ])('%s', async (_, contract, caller, organization, code) => {
    const id = { ours, theirs, second, unknown: newId('org', new Date()), none: undefined }[organization];
    expect(
      await test.codeOf(
        contract,
        id ? { organizationId: id } : {},
        typeof caller === 'string' && caller !== 'nobody' ? tokens[caller]() : caller,
      ),
    ).toBe(code);
  });

  const minutesAgo = (minutes: number): Date => new Date(test.process.clock.now().getTime() - minutes * 60_000);
  it.each<[string, Contract, () => Caller, 'ours' | 'theirs' | 'none', string]>([
    [
      'a recent sign-in is enough for an operation of the account',
      recentAccountOperation,
      () => ({ account: anna, signedInAt: minutesAgo(9.9) }),
      'none',
      'ok',
    ],
    [
      'a sign-in more than ten minutes ago is too old',
      recentAccountOperation,
      () => ({ account: anna, signedInAt: minutesAgo(10.1) }),
      'none',
      'INSUFFICIENT_USER_AUTHENTICATION',
    ],
    [
      'staff need a recent sign-in',
      recentStaffOperation,
      () => ({ staff: eva, signedInAt: minutesAgo(10.1) }),
      'none',
      'INSUFFICIENT_USER_AUTHENTICATION',
    ],
    [
      'a person with the permission needs a recent sign-in',
      recentManageOperation,
      () => ({ account: anna, signedInAt: minutesAgo(10.1) }),
      'ours',
      'INSUFFICIENT_USER_AUTHENTICATION',
    ],
    [
      'without the permission, the age of the sign-in does not matter',
      recentManageOperation,
      () => ({ account: ben, signedInAt: minutesAgo(10.1) }),
      'ours',
      'PERMISSION_DENIED',
    ],
    [
      'another organization is not found, whatever the age of the sign-in',
      recentManageOperation,
      () => ({ account: anna, signedInAt: minutesAgo(10.1) }),
      'theirs',
      'ORGANIZATION_NOT_FOUND',
    ],
    [
      'a staff operation is not found by a person, whatever the age of the sign-in',
      recentStaffOperation,
      () => ({ account: anna, signedInAt: minutesAgo(10.1) }),
      'none',
      'NOT_FOUND',
    ],
    [
      'a token cannot prove a sign-in, even with the scope',
      recentManageOperation,
      () => tokens.token(),
      'ours',
      'API_TOKEN_SCOPE_MISSING',
    ],
  ])('%s', async (_, contract, caller, organization, code) => {
    const id = { ours, theirs, none: undefined }[organization];
    expect(await test.codeOf(contract, id ? { organizationId: id } : {}, caller())).toBe(code);
  });

  it('passes the actor to the handler', async () => {
    expect(await test.call(publicOperation, {}, 'nobody')).toEqual({ answer: 'anonymous' });
    expect(await test.call(publicOperation, {}, annaCaller)).toEqual({ answer: 'person' });
    expect(await test.call(serviceOperation, {}, { service: 'billing' })).toEqual({ answer: 'billing' });
    // A public operation ignores the person of a token.
    expect(await test.call(publicOperation, {}, tokens.token())).toEqual({ answer: 'anonymous' });
  });

  it('returns the scope that a token lacks', async () => {
    await expect(test.call(manageOperation, { organizationId: ours }, tokens.narrowToken())).rejects.toMatchObject({
      status: 403,
      detail: 'the scope team:manage is required',
    });
  });

  it('does not treat a person as anonymous while the token cannot be checked', async () => {
    const unavailable = new DomainError('SERVICE_UNAVAILABLE', { retryAfter: 1 });
    const verify = jest.spyOn(test.process.verifier, 'verify').mockRejectedValueOnce(unavailable);
    expect(await test.codeOf(publicOperation, {}, annaCaller)).toBe('SERVICE_UNAVAILABLE');
    verify.mockRestore();
    expect(await test.call(publicOperation, {}, annaCaller)).toEqual({ answer: 'person' });
  });

  it('ignores an invalid token in public operations, and rejects it in other operations', async () => {
    const withToken = {
      causedBy: { token: 'x.y.z', requestId: 'r', traceparent: undefined, language: 'en' as const, reason: undefined },
    };
    expect(await test.codeOf(publicOperation, {}, 'nobody', withToken)).toBe('ok');
    expect(await test.codeOf(accountOperation, {}, 'nobody', withToken)).toBe('SIGN_IN_REQUIRED');
  });

  it.each([
    ['rejects a request after its deadline', -1_000, 'SERVICE_UNAVAILABLE'],
    ['accepts a request before its deadline', 60_000, undefined],
  ])('%s', async (_, msFromNow, code) => {
    const headers = { [callHeaders.deadline]: String(Date.now() + msFromNow) };
    const reply = decode(await test.bus.request(publicOperation.subject, encode({}), headers, 5_000)) as Reply;
    expect('error' in reply ? reply.error.code : undefined).toBe(code);
  });
});

/** A preflight request checks the input of an upload before the file is stored. It does not run the command. */
describe('a preflight request', () => {
  const preflightOptions = (more: object = {}) => ({
    preflightOnly: true,
    idempotencyKey: newId('job', new Date()),
    ...more,
  });

  it.each<[string, Caller, 'ours' | 'theirs', string, string]>([
    ['is accepted', annaCaller, 'ours', 'red', 'ok'],
    ['needs the permission', { account: ben }, 'ours', 'red', 'PERMISSION_DENIED'],
    ['needs a membership', annaCaller, 'theirs', 'red', 'ORGANIZATION_NOT_FOUND'],
    ['is rejected by the preflight handler', annaCaller, 'ours', 'forbidden', 'NOT_FOUND'],
    ['needs a sign-in', 'nobody', 'ours', 'red', 'SIGN_IN_REQUIRED'],
  ])('%s', async (_, caller, organization, colour, code) => {
    expect(
      await test.codeOf(paint, { organizationId: { ours, theirs }[organization], colour }, caller, preflightOptions()),
    ).toBe(code);
  });

  it('has no effect, stores no idempotency key, and reads only the rows of its organization', async () => {
    const eventCount = (await test.eventsOf(ours)).length;
    const input = { organizationId: ours, colour: 'red' };
    expect(await test.codeOf(paint, input, annaCaller, preflightOptions({ idempotencyKey: 'asked' }))).toBe('ok');
    expect(await test.call(manageOperation, { organizationId: ours }, annaCaller)).toEqual({ answer: '' });
    expect((await test.eventsOf(ours)).length).toBe(eventCount);
    expect(await test.call(paint, input, annaCaller, { idempotencyKey: 'asked' })).toEqual({ painted: 1 });
    // The preflight handler sees the coat of its organization and rejects a second coat of the same colour.
    expect(await test.codeOf(paint, input, annaCaller, preflightOptions())).toBe('PERMISSION_DENIED');
    expect(
      await test.codeOf(paint, { organizationId: theirs, colour: 'red' }, { account: eva }, preflightOptions()),
    ).toBe('ok');
    expect(await test.codeOf(paint, { organizationId: ours, colour: 7 as never }, annaCaller, preflightOptions())).toBe(
      'INPUT_INVALID',
    );
    // `accountOperation` has no preflight handler.
    expect(await test.codeOf(accountOperation, {}, annaCaller, preflightOptions())).toBe('ok');
  });
});

describe('execution', () => {
  const once = (idempotencyKey: string) => ({ idempotencyKey });

  it('is restricted to the organization of the input', async () => {
    await test.call(paint, { organizationId: ours, colour: 'red' }, annaCaller, once('a'));
    await test.call(paint, { organizationId: theirs, colour: 'blue' }, { account: eva }, once('b'));
    expect(await test.call(manageOperation, { organizationId: ours }, annaCaller)).toEqual({ answer: 'red' });
    // Staff see the coats of all organizations, also of the other tests.
    expect(Number((await test.call(staffOperation, {}, { staff: eva })).answer.split(' ')[0])).toBeGreaterThanOrEqual(
      2,
    );
  });

  it('happens once per idempotency key, and requires the key when the contract does', async () => {
    expect(await test.codeOf(paint, { organizationId: ours, colour: 'red' }, annaCaller)).toBe(
      'IDEMPOTENCY_KEY_MISSING',
    );
    for (let repeat = 0; repeat < 3; repeat += 1)
      expect(await test.call(paint, { organizationId: ours, colour: 'red' }, annaCaller, once('k'))).toEqual({
        painted: 1,
      });
    expect(await test.codeOf(paint, { organizationId: ours, colour: 'blue' }, annaCaller, once('k'))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  it('rolls back rows and events of a failed command, and hides the text of its error', async () => {
    const eventCountBefore = (await test.eventsOf(ours)).length;
    expect(await test.codeOf(paint, { organizationId: ours, colour: 'transparent' }, annaCaller, once('t'))).toBe(
      'INTERNAL',
    );
    expect((await test.eventsOf(ours)).length).toBe(eventCountBefore);
    expect(await test.call(manageOperation, { organizationId: ours }, annaCaller)).toEqual({ answer: '' });
  });

  it('commits rows and events of a committed rejection, and stores no idempotency key', async () => {
    const eventCountBefore = (await test.eventsOf(ours)).length;
    for (let time = 1; time <= 2; time += 1)
      expect(await test.codeOf(paint, { organizationId: ours, colour: 'wet' }, annaCaller, once('w'))).toBe(
        'NOT_FOUND',
      );
    expect((await test.eventsOf(ours)).length).toBe(eventCountBefore + 2);
    expect(await test.call(manageOperation, { organizationId: ours }, annaCaller)).toEqual({ answer: 'wet wet' });
  });

  it('handles events once in their organization, and stores dead letters without delaying other events', async () => {
    const id = newId('evt', new Date());
    await test.publishEvent(
      delivered,
      { organizationId: ours, potId: `a ${ours}`, colour: 'red' },
      { id, sequence: 1 },
    );
    await test.publishEvent(
      delivered,
      { organizationId: ours, potId: `a ${ours}`, colour: 'red' },
      { id, sequence: 1 },
    );
    await Promise.all([
      test.publishEvent(delivered, { organizationId: ours, potId: `b ${ours}`, colour: 'spilt' }),
      test.publishEvent(delivered, { organizationId: ours, potId: `c ${ours}`, colour: 'blue' }),
    ]);
    await test.publishEvent(delivered, { organizationId: ours, potId: `b ${ours}`, colour: 'white' });
    expect(await test.call(manageOperation, { organizationId: ours }, annaCaller)).toEqual({
      answer: 'blue red white',
    });
    expect(await test.rows('select subject, reason, attempts from dead_letter')).toEqual([
      { subject: delivered.subject, reason: 'spilt', attempts: 5 },
    ]);
  });

  it('repeats a command when a migration has changed the result of its prepared statement', async () => {
    // Every command with a key selects the column `output`.
    const call = (): Promise<string> =>
      test.codeOf(paint, { organizationId: ours, colour: 'red' }, annaCaller, once(newId('evt', new Date())));
    const changeType = (type: string): Promise<unknown> =>
      test.database.query(`alter table idempotency_key alter column output type ${type} using output::${type}`);
    const codes = [await call()];
    for (const type of ['json', 'jsonb']) {
      await changeType(type);
      codes.push(await call());
    }
    expect(codes).toEqual(['ok', 'ok', 'ok']);
  });

  it('answers SERVICE_UNAVAILABLE while the database accepts no connections, and works afterwards', async () => {
    const [{ name }] = (await test.rows('select current_database() as name')) as [{ name: string }];
    const call = async (): Promise<string[]> => [
      await test.codeOf(manageOperation, { organizationId: ours }, annaCaller),
      await test.codeOf(paint, { organizationId: ours, colour: 'red' }, annaCaller, once(newId('evt', new Date()))),
    ];
    // The administrator may still connect.
    await test.database.query(`alter database ${name} connection limit 0`);
    await test.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()`,
      [name],
    );
    expect(await call()).toEqual(['SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE']);
    await test.database.query(`alter database ${name} connection limit -1`);
    // The pool notices lost connections with a delay.
    await test.until(async () => (await call()).every((code) => code === 'ok'), 'the connections');
  });
});
