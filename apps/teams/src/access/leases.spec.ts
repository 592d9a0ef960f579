import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AccessCache } from '@cordee/access/access-cache';
import { EndedSessions } from '@cordee/access/ended-sessions';
import { subscribeAccessChanges } from '@cordee/access/subscribe-access-changes';
import { HeldLeases } from '@cordee/access/held-leases';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { declareLeaseContracts } from '@cordee/contracts/access-lease';
import { endGrant, giveGrant } from '@cordee/contracts/teams/grant';
import { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { createTeam } from '@cordee/contracts/teams/team';
import { RequestTimeout, type Bus } from '@cordee/messaging/bus';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { GrantedLeases, LEASE_MS } from '@cordee/service/granted-leases';
import { Customer, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

const CACHE_BYTES = 1e8;
/** The default number of database connections, and of commands that run at the same time. */
const DATABASE_POOL_SIZE = 10;
const { takeLease } = declareLeaseContracts('teams');

/** Another process on the bus of the service. The connection of the process can lose notifications and responses. */
class Replica {
  /** True while the process does not receive notifications. */
  losesNotifications = false;
  /** True while the process does not receive the responses to its lease renewals. */
  losesResponses = false;
  readonly leases: HeldLeases;
  readonly access: AccessCache;
  readonly bus: Bus;

  constructor(bus: Bus) {
    this.bus = new Proxy(bus, {
      get: (target, property) => {
        if (property === 'request') {
          return async (subject: string, data: Uint8Array, headers: Record<string, string>, timeoutMs: number) => {
            const answer = await target.request(subject, data, headers, timeoutMs);
            if (this.losesResponses && subject === takeLease.subject) {
              await sleep(timeoutMs);
              throw new RequestTimeout(subject, timeoutMs);
            }
            return answer;
          };
        }
        if (property === 'serve')
          return (subject: string, queue: string, handle: (message: never) => Promise<Uint8Array>) =>
            target.serve(subject, queue, (message) =>
              this.losesNotifications ? Promise.reject(new Error('lost')) : handle(message as never),
            );
        const value = (target as never)[property] as unknown;
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
    const rpc = new RpcClient(this.bus, 'replica');
    this.leases = new HeldLeases(randomUUID(), rpc);
    this.access = new AccessCache(this.leases, rpc, CACHE_BYTES);
  }

  async listen(): Promise<this> {
    await subscribeAccessChanges(
      this.bus,
      { service: 'replica', processId: this.leases.processId },
      {
        access: this.access,
        endedSessions: new EndedSessions(this.leases, new RpcClient(this.bus, 'replica')),
      },
    );
    return this;
  }

  async check(customer: Customer): Promise<boolean> {
    return (await this.load(customer)).check({
      accountId: customer.people.ben,
      right: 'technical',
      productId: customer.hosting,
      at: new Date(),
    });
  }

  /**
   * Loads the access, and repeats the load after an error, for example when a busy service did not answer in time. When
   * the test loses responses, throws the error.
   */
  private async load(customer: Customer): Promise<OrganizationAccess> {
    for (;;) {
      try {
        return await this.access.forOrganization(customer.organizationId);
      } catch (error) {
        if (this.losesResponses) throw error;
        await sleep(50);
      }
    }
  }
}

describe('no check allows access after a revocation has returned (ACC-3)', () => {
  it('when a notification and the response to one lease renewal were lost', async () => {
    const customer = new Customer(fixture);
    const grant = await customer.give('ben', 'technical');
    const replica = await new Replica(fixture.test.bus).listen();
    const otherCustomer = new Customer(fixture);
    expect(await replica.check(otherCustomer)).toBe(false);
    expect(await replica.check(customer)).toBe(true);
    // The replica receives neither the notification nor the response to one lease renewal. Its own messages arrive.
    replica.losesNotifications = replica.losesResponses = true;
    const revocation = fixture.test.call(
      endGrant,
      { organizationId: customer.organizationId, grantId: grant.id },
      customer.as.chief,
      {
        timeoutMs: 30_000,
      },
    );
    // The revocation waits for the replica, because its lease has not ended yet.
    await sleep(LEASE_MS / 3);
    replica.leases.withOwner('teams').renew();
    await revocation;
    replica.losesNotifications = replica.losesResponses = false;
    // A check in another organization renews the lease, as the timer does.
    await replica.check(otherCustomer);
    expect(await replica.check(customer)).toBe(false);
  });

  it('when the lease of a process has expired and the response to its next lease renewal was lost', async () => {
    const customer = new Customer(fixture);
    const otherCustomer = new Customer(fixture);
    const grant = await customer.give('ben', 'technical');
    const replica = await new Replica(fixture.test.bus).listen();
    await replica.check(otherCustomer);
    expect(await replica.check(customer)).toBe(true);
    await sleep(1.1 * LEASE_MS);
    // The lease has ended, so no write waits for this process.
    await fixture.test.call(
      endGrant,
      { organizationId: customer.organizationId, grantId: grant.id },
      customer.as.chief,
      {
        timeoutMs: 30_000,
      },
    );
    replica.losesResponses = true;
    await replica.check(otherCustomer).catch(() => undefined);
    replica.losesResponses = false;
    await replica.check(otherCustomer);
    expect(await replica.check(customer)).toBe(false);
  });

  it('when the service crashes between commit and notification, and the caller repeats the call', async () => {
    const customer = new Customer(fixture);
    const grant = await customer.give('ben', 'technical');
    const replica = await new Replica(fixture.test.bus).listen();
    expect(await replica.check(customer)).toBe(true);
    const notifySpy = jest
      .spyOn(GrantedLeases.prototype, 'notify')
      .mockRejectedValueOnce(new Error('killed after the commit'));
    const input = { organizationId: customer.organizationId, grantId: grant.id };
    expect(await fixture.test.codeOf(endGrant, input, customer.as.chief, { idempotencyKey: 'k1' })).not.toBe('ok');
    notifySpy.mockRestore();
    expect(await fixture.test.codeOf(endGrant, input, customer.as.chief, { idempotencyKey: 'k1' })).toBe('ok');
    expect(await fixture.test.codeOf(endGrant, input, customer.as.chief)).toBe('ok');
    // The replica uses and renews its lease for longer than one lease lasts.
    for (let renewals = 0; renewals < 4; renewals += 1) {
      await sleep(LEASE_MS / 3);
      replica.access.peek(customer.organizationId);
      replica.leases.withOwner('teams').renew();
    }
    expect(await replica.check(customer)).toBe(false);
  });

  it('when a lease renewal begins before the end of the lease and commits after it', async () => {
    const customer = new Customer(fixture);
    const grant = await customer.give('ben', 'technical');
    const replica = await new Replica(fixture.test.bus).listen();
    expect(await replica.check(customer)).toBe(true);
    const leaseTimeLeft = async () =>
      (
        await fixture.test.rows(
          `select extract(epoch from expires_at - clock_timestamp())::float8 * 1000 as time_left
           from access_lease where process_id = $1`,
          [replica.leases.processId],
        )
      )[0]!['time_left'] as number;
    // The renewal begins 200 ms before the end of the lease.
    await sleep((await leaseTimeLeft()) - 200);
    // The table lock delays the write of the renewal like a slow database. Reads are not delayed.
    await fixture.test.database.query('begin');
    await fixture.test.database.query('lock table access_lease in share mode');
    replica.leases.withOwner('teams').renew();
    // The lease ends during this time.
    await sleep(700);
    replica.losesNotifications = true;
    const revocation = fixture.test.call(
      endGrant,
      { organizationId: customer.organizationId, grantId: grant.id },
      customer.as.chief,
      {
        timeoutMs: 30_000,
      },
    );
    // The revocation waits for the renewal in progress.
    expect(await Promise.race([revocation.then(() => 'returned'), sleep(300).then(() => 'waiting')])).toBe('waiting');
    await fixture.test.database.query('commit');
    await revocation;
    replica.losesNotifications = false;
    expect(await replica.check(customer)).toBe(false);
  });
});

describe('writes', () => {
  it('stop waiting for a process that renews its lease but does not receive notifications', async () => {
    const customer = new Customer(fixture);
    const replica = await new Replica(fixture.test.bus).listen();
    await replica.check(customer);
    replica.losesNotifications = true;
    // The process renews its lease like a process in use.
    const timer = setInterval(() => {
      replica.access.peek(customer.organizationId);
      // Marks the lease as used, because an unused lease is not renewed. The arguments do not matter.
      replica.leases.withOwner('teams').isValid(0, 0);
      replica.leases.withOwner('teams').renew();
    }, LEASE_MS / 3);
    const prototype = GrantedLeases.prototype as unknown as {
      waitForConfirmation(lease: { process_id: string }): Promise<void>;
    };
    const waitSpy = jest.spyOn(prototype, 'waitForConfirmation');
    const waitCallsForReplica = () =>
      waitSpy.mock.calls.filter(([lease]) => lease.process_id === replica.leases.processId);
    const waitCountAfterWrite: number[] = [];
    for (const holderName of ['ben', 'cleo', 'eva', 'admin'] as const) {
      await fixture.test.call(
        giveGrant,
        {
          organizationId: customer.organizationId,
          holder: customer.holderFor(holderName),
          object: { kind: 'product', productId: customer.hosting },
          right: 'technical',
        },
        customer.as.chief,
        { timeoutMs: 30_000 },
      );
      waitCountAfterWrite.push(waitCallsForReplica().length);
    }
    clearInterval(timer);
    waitSpy.mockRestore();
    expect(waitCountAfterWrite[0]).toBeGreaterThan(0);
    // The third and the fourth write do not wait for the replica.
    expect(waitCountAfterWrite[3]).toBe(waitCountAfterWrite[1]);
  });
});

describe('access caches load while commands wait for them', () => {
  it('when commands use all database connections: a process gets its lease and loads an organization', async () => {
    const { database } = fixture.test;
    const customers = Array.from({ length: DATABASE_POOL_SIZE }, () => new Customer(fixture));
    const waitingCommands = async (): Promise<number> => {
      const { rows } = await database.query(
        `select from pg_locks join pg_database on pg_database.oid = database
         where datname = current_database() and relation = 'outbox'::regclass and not granted`,
      );
      return rows.length;
    };
    await database.query('begin');
    await database.query('lock table outbox in exclusive mode');
    const commands = customers.map((customer) =>
      fixture.test.call(
        createTeam,
        { organizationId: customer.organizationId, name: 'Guides', colour: 'blue' },
        customer.as.chief,
      ),
    );
    await fixture.test.until(
      async () => (await waitingCommands()) === DATABASE_POOL_SIZE,
      'commands on all connections',
    );
    // When all services run in one process, the access cache calls in the name of the gateway.
    const rpc = new RpcClient(fixture.test.bus, 'gateway');
    try {
      const lease = await rpc.call(takeLease, { processId: randomUUID(), service: 'gateway' });
      expect(lease).toMatchObject({ epoch: 1 });
      const snapshot = await rpc.call(getGrantSnapshot, { organizationId: customers[0]!.organizationId });
      expect(snapshot).toMatchObject({ revision: 0 });
    } finally {
      await database.query('commit');
    }
    expect(await Promise.all(commands)).toHaveLength(DATABASE_POOL_SIZE);
  });
});
