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
const shape = {
  input: z.object({ organizationId: idSchema('org'), productId: idSchema('prd').optional() }),
  output: z.object({ done: z.boolean() }),
  errors: {},
  summary: 'Opens',
  example: { input: ids, output: { done: true } },
} as const;
const names = Object.keys(permissions) as PermissionName[];
const wordOf = (name: string): string => name.replace(':', '_');
const contractsOf = Object.fromEntries(
  names.map((access) => [
    access,
    {
      query: query({ ...shape, access, subject: `rpc.support_doors.look.${wordOf(access)}.v1` }),
      command: command({ ...shape, access, subject: `rpc.support_doors.act.${wordOf(access)}.v1` }),
    },
  ]),
) as unknown as Record<PermissionName, { query: Contract; command: Contract }>;
const cachedQuery = query({ ...shape, access: 'product:read', subject: 'rpc.support_doors.look.from_memory.v1' });
const acted = event({
  subject: 'evt.support_doors.door.acted.v1',
  summary: 'Acted',
  data: z.object({ organizationId: idSchema('org') }),
  entity: 'organizationId',
  example: { organizationId: ids.organizationId },
});

/** What was done behind the doors, by subject. */
const done: string[] = [];

@Controller()
class SupportEndpoints {
  @HandlesFromCache(cachedQuery)
  async fromMemory() {
    done.push(cachedQuery.subject);
    return { done: true };
  }
}
for (const { query: look, command: act } of Object.values(contractsOf)) {
  for (const contract of [look, act]) {
    const method = contract.subject;
    const open = async ({ organizationId }: { organizationId: OrganizationId }, { publish, call }: CommandContext) => {
      done.push(contract.subject);
      if (call.contract.kind === 'command') await publish(domainEvent(acted, { organizationId }));
      return { done: true };
    };
    Object.defineProperty(SupportEndpoints.prototype, method, { value: open, configurable: true, writable: true });
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
  name: 'support_doors',
  config: ServiceConfig,
  entities: [],
  migrations: [],
  module: SupportEndpointsModule,
};

const [anna, sam] = [newId('acc', new Date()), newId('acc', new Date())];
const samCalls: Caller = { staff: sam };
let test: TestService;
let ours: OrganizationId;
let recorded: Input<typeof recordSupportAction>[];
/** What identity answers with: the accesses that stand, or that it could not put anything on record. */
let standing: (asked: Input<typeof recordSupportAction>) => `sup_${string}`[] | 'failed';

beforeAll(async () => {
  test = await TestService.start(definition);
  await test.bus.serve(recordSupportAction.subject, 'identity', async ({ data }) => {
    const input = recordSupportAction.input.parse(decode(data));
    recorded.push(input);
    const supportAccessIds = standing(input);
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
  recorded = [];
  done.length = 0;
  standing = ({ supportAccessIds }) => supportAccessIds;
  test.stubbedSnapshots.people.set(ours, [
    { accountId: anna, memberId: newId('mem', new Date()), role: 'legal_representative', flags: [], isBlocked: false },
  ]);
});

function enter(...entries: Partial<SupportEntry>[]): `sup_${string}`[] {
  const rows = entries.map((entry): SupportEntry => ({
    supportAccessId: newId('sup', new Date()),
    accountId: sam,
    level: 'read',
    withContent: false,
    products: null,
    grantedByMemberId: null,
    endsAt: new Date(test.process.clock.now().getTime() + 3_600_000).toISOString(),
    ...entry,
  }));
  test.stubbedSnapshots.support.set(ours, rows);
  return rows.map(({ supportAccessId }) => supportAccessId);
}

/** What passes: Q queries, C commands, in the order read whole, read listed, write whole, write listed. */
const matrix: Record<PermissionName, string> = {
  'organization:read': 'Q  Q  Q  Q',
  'organization:manage': '-  -  -  -',
  'membership:decide': '-  -  -  -',
  'member:read': 'Q  -  Q  -',
  'member:manage': 'Q  -  Q  -',
  'team:read': 'Q  -  Q  -',
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
  const cases = names.flatMap((name) =>
    matrix[name].split(/ +/).map((passes, place) => [name, ...kindsOfAccess[place]!, passes] as const),
  );

  it.each(cases)('%s at level %s for %j: %s', async (name, level, productIds, passes) => {
    enter({ level, products: productIds && productIds.map((productId) => ({ productId, ownershipNumber: 1 })) });
    const { query: look, command: act } = contractsOf[name];
    const code = (letter: string): string => (passes.includes(letter) ? 'ok' : 'PERMISSION_DENIED');
    expect([
      await test.codeOf(look, { organizationId: ours }, samCalls),
      await test.codeOf(act, { organizationId: ours }, samCalls),
    ]).toEqual([code('Q'), code('C')]);
    expect(recorded.map(({ subject }) => subject)).toEqual(done);
  });

  it('adds up over the accesses that somebody has entered under', async () => {
    const [onProduct] = enter(
      { level: 'write', products: [{ productId: ids.productId, ownershipNumber: 1 }] },
      { level: 'read' },
    ) as [`sup_${string}`];
    const act = contractsOf['product:read'].command;
    expect(await test.codeOf(act, { organizationId: ours, productId: ids.productId }, samCalls)).toBe('ok');
    expect(await test.codeOf(contractsOf['member:read'].query, { organizationId: ours }, samCalls)).toBe('ok');
    expect(await test.codeOf(contractsOf['product:manage'].command, { organizationId: ours }, samCalls)).toBe(
      'PERMISSION_DENIED',
    );
    expect(recorded[0]).toEqual({
      organizationId: ours,
      accountId: sam,
      supportAccessIds: [onProduct],
      subject: act.subject,
      about: [ids.productId],
    });
  });
});

describe('the organization does not exist', () => {
  const look = contractsOf['organization:read'].query;

  it.each<[string, () => Caller, () => void]>([
    ['for staff that has entered nowhere', () => samCalls, () => undefined],
    ['for staff when others have entered', () => samCalls, () => enter({ accountId: newId('acc', new Date()) })],
    ['for staff whose time is over', () => samCalls, () => enter({ endsAt: test.process.clock.now().toISOString() })],
    ['for who is no staff any more', () => ({ account: sam }), () => enter({})],
    [
      'for staff whose access identity knows to have ended',
      () => samCalls,
      () => {
        enter({});
        standing = () => [];
      },
    ],
  ])('%s', async (_, caller, given) => {
    given();
    expect(await test.codeOf(look, { organizationId: ours }, caller())).toBe('ORGANIZATION_NOT_FOUND');
    expect(done).toEqual([]);
  });

  it('is notified_revision as of one that is unknown, for what a person without permission would be notified_revision of', async () => {
    enter({});
    expect(
      await test.codeOf(contractsOf['payment:make'].command, { organizationId: newId('org', new Date()) }, samCalls),
    ).toBe('ORGANIZATION_NOT_FOUND');
  });
});

describe('what the staff does', () => {
  it.each<[string, Contract]>([
    ['reads', contractsOf['product:read'].query],
    ['reads from memory', cachedQuery],
    ['commands', contractsOf['product:read'].command],
  ])('is not done where it cannot be put on record: %s', async (_, contract) => {
    enter({ level: 'write' });
    standing = () => 'failed';
    expect(await test.codeOf(contract, { organizationId: ours }, samCalls)).toBe('SERVICE_UNAVAILABLE');
    expect(done).toEqual([]);
  });

  it('is on record before it is done, from memory too, and facts name person and accesses that stand', async () => {
    const [first, second] = enter({ level: 'write' }, { level: 'write' });
    standing = () => [second!];
    await test.call(cachedQuery, { organizationId: ours }, samCalls);
    await test.call(contractsOf['product:read'].command, { organizationId: ours }, samCalls);
    expect(recorded.map(({ supportAccessIds }) => supportAccessIds)).toEqual([
      [first, second],
      [first, second],
    ]);
    expect((await test.eventsOf(ours)).at(-1)!.event).toMatchObject({
      actorid: sam,
      organizationid: ours,
      supportaccessid: second,
    });
  });

  it('is on record too for who belongs there besides having entered, and they may what they may anyway when it is over', async () => {
    const act = contractsOf['payment:make'].command;
    const [entered] = enter({ accountId: anna });
    expect(await test.codeOf(act, { organizationId: ours }, { staff: anna })).toBe('ok');
    expect(recorded).toMatchObject([{ accountId: anna, supportAccessIds: [entered], subject: act.subject }]);
    // It is ending, and this process has not heard: what is decided now might rest on it.
    standing = () => [];
    expect(await test.codeOf(act, { organizationId: ours }, { staff: anna })).toBe('SERVICE_UNAVAILABLE');
    test.stubbedSnapshots.support.delete(ours);
    test.snapshotChanged('people', ours);
    expect(await test.codeOf(act, { organizationId: ours }, { staff: anna })).toBe('ok');
    expect((await test.eventsOf(ours)).at(-1)!.event).not.toHaveProperty('supportaccessid');
  });

  it('is on record for nobody else', async () => {
    enter({});
    expect(await test.codeOf(contractsOf['payment:make'].command, { organizationId: ours }, { account: anna })).toBe(
      'ok',
    );
    expect(recorded).toEqual([]);
    expect((await test.eventsOf(ours)).at(-1)!.event).not.toHaveProperty('supportaccessid');
  });
});
