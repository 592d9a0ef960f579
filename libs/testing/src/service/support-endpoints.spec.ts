import { command, event, query, type Contract, type Input } from '@cordee/contracts/contract';
import { idSchema, newId } from '@cordee/contracts/id';
import type { MemberSnapshot } from '@cordee/contracts/identity/member';
import { recordSupportAction } from '@cordee/contracts/identity/support-access';
import { permissions, type PermissionName } from '@cordee/contracts/permissions';
import { decode, encode } from '@cordee/messaging/reply';
import { domainEvent } from '@cordee/outbox/publish';
import { ServiceConfig } from '@cordee/service/config';
import { HandlesFromCache, Handles, type CommandContext } from '@cordee/service/handler-decorators';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import * as z from 'zod';
import { TestService, type Caller } from '../test-service.ts';

type OrganizationId = `org_${string}`;
type SupportEntry = MemberSnapshot['support'][number];

const ids = { organizationId: newId('org', new Date()), productId: newId('prd', new Date()) };
const commonFields = {
  input: z.object({ organizationId: idSchema('org'), productId: idSchema('prd').optional() }),
  output: z.object({ done: z.boolean() }),
  errors: {},
  summary: 'Executes',
  example: { input: ids, output: { done: true } },
} as const;
const permissionNames = Object.keys(permissions) as PermissionName[];
const subjectPartOf = (name: string): string => name.replace(':', '_');
const contractsOf = Object.fromEntries(
  permissionNames.map((access) => [
    access,
    {
      query: query({ ...commonFields, access, subject: `rpc.support_endpoints.read.${subjectPartOf(access)}.v1` }),
      command: command({ ...commonFields, access, subject: `rpc.support_endpoints.write.${subjectPartOf(access)}.v1` }),
    },
  ]),
) as unknown as Record<PermissionName, { query: Contract; command: Contract }>;
const cachedQuery = query({
  ...commonFields,
  access: 'product:read',
  subject: 'rpc.support_endpoints.read.from_cache.v1',
});
const acted = event({
  subject: 'evt.support_endpoints.endpoint.acted.v1',
  summary: 'Acted',
  data: z.object({ organizationId: idSchema('org') }),
  entity: 'organizationId',
  example: { organizationId: ids.organizationId },
});

/** The subjects of executed requests. */
const executedSubjects: string[] = [];

@Controller()
class SupportEndpoints {
  @HandlesFromCache(cachedQuery)
  async fromCache() {
    executedSubjects.push(cachedQuery.subject);
    return { done: true };
  }
}
for (const { query: read, command: write } of Object.values(contractsOf)) {
  for (const contract of [read, write]) {
    const method = contract.subject;
    const execute = async (
      { organizationId }: { organizationId: OrganizationId },
      { publish, call }: CommandContext,
    ) => {
      executedSubjects.push(contract.subject);
      if (call.contract.kind === 'command') await publish(domainEvent(acted, { organizationId }));
      return { done: true };
    };
    Object.defineProperty(SupportEndpoints.prototype, method, { value: execute, configurable: true, writable: true });
    Handles(contract)(
      SupportEndpoints.prototype,
      method,
      Object.getOwnPropertyDescriptor(SupportEndpoints.prototype, method) as TypedPropertyDescriptor<never>,
    );
  }
}

@Module({ controllers: [SupportEndpoints] })
class SupportEndpointsModule {}

const definition: ServiceDefinition = {
  name: 'support_endpoints',
  config: ServiceConfig,
  entities: [],
  migrations: [],
  module: SupportEndpointsModule,
};

const [anna, sam] = [newId('acc', new Date()), newId('acc', new Date())];
const annaMemberId = newId('mem', new Date());
const samCaller: Caller = { staff: sam };
let test: TestService;
let ours: OrganizationId;
let recordedActions: Input<typeof recordSupportAction>[];
/** The stubbed reply of identity: the support accesses that are still active, or an error. */
let activeAccesses: (input: Input<typeof recordSupportAction>) => `sup_${string}`[] | 'failed';

beforeAll(async () => {
  test = await TestService.start(definition);
  await test.bus.serve(recordSupportAction.subject, 'identity', async ({ data }) => {
    const input = recordSupportAction.input.parse(decode(data));
    recordedActions.push(input);
    const supportAccessIds = activeAccesses(input);
    return encode(
      supportAccessIds === 'failed'
        ? { error: { code: 'INTERNAL', status: 500, title: 'Something went wrong' } }
        : { output: { supportAccessIds } },
    );
  });
});
afterAll(() => test.stop());
beforeEach(() => {
  ours = newId('org', new Date());
  recordedActions = [];
  executedSubjects.length = 0;
  activeAccesses = ({ supportAccessIds }) => supportAccessIds;
  test.stubbedSnapshots.people.set(ours, [
    { accountId: anna, memberId: annaMemberId, role: 'legal_representative', flags: [], isBlocked: false },
  ]);
});

function stubSupportEntries(...entries: Partial<SupportEntry>[]): `sup_${string}`[] {
  const rows = entries.map((entry): SupportEntry => ({
    supportAccessId: newId('sup', new Date()),
    accountId: sam,
    level: 'read',
    withContent: false,
    products: null,
    grantedByMemberId: annaMemberId,
    endsAt: new Date(test.process.clock.now().getTime() + 3_600_000).toISOString(),
    ...entry,
  }));
  test.stubbedSnapshots.support.set(ours, rows);
  return rows.map(({ supportAccessId }) => supportAccessId);
}

/**
 * The allowed queries (Q) and commands (C) of each permission. The columns are kinds of support accesses: level read
 * for all products, level read for listed products, level write for all products, level write for listed products.
 */
const matrix: Record<PermissionName, string> = {
  'organization:read': 'Q  Q  Q  Q',
  'organization:manage': '-  -  -  -',
  'membership:decide': '-  -  -  -',
  'member:read': 'Q  -  Q  -',
  'member:manage': 'Q  -  Q  -',
  'team:read': 'Q  -  Q  -',
  'team:lead': '-  -  -  -',
  'address:read': 'Q  -  Q  -',
  'team:manage': 'Q  -  Q  -',
  'access:ask': 'Q  Q  Q  Q',
  'product:read': 'Q  Q  QC QC',
  'product:manage': 'Q  -  QC -',
  'product:order': 'Q  -  Q  -',
  'product:transfer': 'Q  -  Q  -',
  'document:read': 'Q  -  QC -',
  'payment:make': '-  -  -  -',
  'prepaid:pay_out': '-  -  -  -',
  'renewal:read': 'Q  -  Q  -',
  'reminder:verify': 'Q  -  Q  -',
  'search:use': 'Q  Q  Q  Q',
  'message:import': '-  -  -  -',
  'support:grant': '-  -  -  -',
};
const kindsOfAccess = [
  ['read', null],
  ['read', [ids.productId]],
  ['write', null],
  ['write', [ids.productId]],
] as const;

describe('a permission under a support access (SUP-3)', () => {
  const cases = permissionNames.flatMap((name) =>
    matrix[name].split(/ +/).map((allowed, index) => [name, ...kindsOfAccess[index]!, allowed] as const),
  );

  it.each(cases)('%s at level %s for %j allows %s', async (name, level, productIds, allowed) => {
    stubSupportEntries({
      level,
      products: productIds && productIds.map((productId) => ({ productId, ownershipNumber: 1 })),
    });
    const { query: read, command: write } = contractsOf[name];
    const code = (letter: string): string => (allowed.includes(letter) ? 'ok' : 'PERMISSION_DENIED');
    expect([
      await test.codeOf(read, { organizationId: ours }, samCaller),
      await test.codeOf(write, { organizationId: ours }, samCaller),
    ]).toEqual([code('Q'), code('C')]);
    expect(recordedActions.map(({ subject }) => subject)).toEqual(executedSubjects);
  });

  it('may come from any of several support accesses', async () => {
    const [onProduct] = stubSupportEntries(
      { level: 'write', products: [{ productId: ids.productId, ownershipNumber: 1 }] },
      { level: 'read' },
    ) as [`sup_${string}`];
    const write = contractsOf['product:read'].command;
    expect(await test.codeOf(write, { organizationId: ours, productId: ids.productId }, samCaller)).toBe('ok');
    expect(await test.codeOf(contractsOf['member:read'].query, { organizationId: ours }, samCaller)).toBe('ok');
    expect(await test.codeOf(contractsOf['product:manage'].command, { organizationId: ours }, samCaller)).toBe(
      'PERMISSION_DENIED',
    );
    expect(recordedActions[0]).toEqual({
      organizationId: ours,
      accountId: sam,
      supportAccessIds: [onProduct],
      subject: write.subject,
      about: [ids.productId],
    });
  });
});

describe('the organization is not found', () => {
  const read = contractsOf['organization:read'].query;

  it.each<[string, () => Caller, () => void]>([
    ['by staff without an entry', () => samCaller, () => undefined],
    [
      'by staff when only others have entered',
      () => samCaller,
      () => stubSupportEntries({ accountId: newId('acc', new Date()) }),
    ],
    [
      'by staff whose access has expired',
      () => samCaller,
      () => stubSupportEntries({ endsAt: test.process.clock.now().toISOString() }),
    ],
    ['by a person who is no longer staff', () => ({ account: sam }), () => stubSupportEntries({})],
    [
      'by staff whose access has ended in identity',
      () => samCaller,
      () => {
        stubSupportEntries({});
        activeAccesses = () => [];
      },
    ],
  ])('%s', async (_, caller, setUp) => {
    setUp();
    expect(await test.codeOf(read, { organizationId: ours }, caller())).toBe('ORGANIZATION_NOT_FOUND');
    expect(executedSubjects).toEqual([]);
  });

  it('by staff who have entered another organization', async () => {
    stubSupportEntries({});
    expect(
      await test.codeOf(contractsOf['payment:make'].command, { organizationId: newId('org', new Date()) }, samCaller),
    ).toBe('ORGANIZATION_NOT_FOUND');
  });
});

describe('the support audit', () => {
  it.each<[string, Contract]>([
    ['reads', contractsOf['product:read'].query],
    ['cached reads', cachedQuery],
    ['commands', contractsOf['product:read'].command],
  ])('prevents an action of staff that cannot be recorded: %s', async (_, contract) => {
    stubSupportEntries({ level: 'write' });
    activeAccesses = () => 'failed';
    expect(await test.codeOf(contract, { organizationId: ours }, samCaller)).toBe('SERVICE_UNAVAILABLE');
    expect(executedSubjects).toEqual([]);
  });

  it('records an action of staff, and its events contain the active support accesses', async () => {
    const [first, second] = stubSupportEntries({ level: 'write' }, { level: 'write' });
    activeAccesses = () => [second!];
    await test.call(cachedQuery, { organizationId: ours }, samCaller);
    await test.call(contractsOf['product:read'].command, { organizationId: ours }, samCaller);
    expect(recordedActions.map(({ supportAccessIds }) => supportAccessIds)).toEqual([
      [first, second],
      [first, second],
    ]);
    expect((await test.eventsOf(ours)).at(-1)!.event).toMatchObject({
      actorid: sam,
      organizationid: ours,
      supportaccessid: second,
    });
  });

  it('records an action of staff who are members, and they keep their permissions afterwards', async () => {
    const write = contractsOf['payment:make'].command;
    const [supportAccessId] = stubSupportEntries({ accountId: anna });
    expect(await test.codeOf(write, { organizationId: ours }, { staff: anna })).toBe('ok');
    expect(recordedActions).toMatchObject([
      { accountId: anna, supportAccessIds: [supportAccessId], subject: write.subject },
    ]);
    // The support access has just ended, and this process is not notified yet: the decision could depend on the access.
    activeAccesses = () => [];
    expect(await test.codeOf(write, { organizationId: ours }, { staff: anna })).toBe('SERVICE_UNAVAILABLE');
    test.stubbedSnapshots.support.delete(ours);
    test.snapshotChanged('people', ours);
    expect(await test.codeOf(write, { organizationId: ours }, { staff: anna })).toBe('ok');
    expect((await test.eventsOf(ours)).at(-1)!.event).not.toHaveProperty('supportaccessid');
  });

  it('does not record an action of a member without a support entry', async () => {
    stubSupportEntries({});
    expect(await test.codeOf(contractsOf['payment:make'].command, { organizationId: ours }, { account: anna })).toBe(
      'ok',
    );
    expect(recordedActions).toEqual([]);
    expect((await test.eventsOf(ours)).at(-1)!.event).not.toHaveProperty('supportaccessid');
  });
});
