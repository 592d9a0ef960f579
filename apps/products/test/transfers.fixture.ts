import { orderPaid } from '@cordee/contracts/billing/order';
import type { Answer, EventData, Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { getRecipient } from '@cordee/contracts/identity/account';
import { describeOrganization, listMyOrganizations } from '@cordee/contracts/identity/organization';
import type { Role } from '@cordee/contracts/permissions';
import { listProducts } from '@cordee/contracts/products/product';
import { offerTransfer } from '@cordee/contracts/products/transfer';
import { acceptTransfer } from '@cordee/contracts/products/transfer-offer';
import { type productReceived } from '@cordee/contracts/products/transfer-events';
import { describeRenewal, detachRenewal } from '@cordee/contracts/renewals/renewal';
import { callHeaders } from '@cordee/messaging/call';
import { encode } from '@cordee/messaging/reply';
import { TestService, uuid, type Caller } from '@cordee/testing/test-service';
import { productsService } from '../src/products.service.ts';

export type OrganizationId = `org_${string}`;
export type AccountId = `acc_${string}`;
export type ProductId = `prd_${string}`;
export type Person = NonNullable<ReturnType<TestService['stubbedSnapshots']['people']['get']>>[number];
type Target = Input<typeof offerTransfer>['to'];

/** An organization with an administrator, a collaborator (Ben) and an external (Eva). */
export interface TestOrganization {
  organizationId: OrganizationId;
  admin: AccountId;
  ben: AccountId;
  eva: AccountId;
  as: { admin: Caller; ben: Caller; eva: Caller };
}

export const id = <P extends 'acc' | 'org' | 'prd' | 'ord' | 'inv' | 'mem' | 'grt' | 'team'>(
  prefix: P,
): `${P}_${string}` => newId(prefix, new Date());

export const renewalTerms = {
  interval: 'yearly' as const,
  currency: 'CHF' as const,
  anchor: '2026-01-31',
  periodStart: '2026-01-31',
  periodEnd: '2027-01-31',
  hasExpired: false,
};

const describeTestOrganization = (organizationId: OrganizationId): Output<typeof describeOrganization> => ({
  id: organizationId,
  name: 'Alpine Rescue',
  legalForm: 'company',
  country: 'CH',
  locale: 'fr',
  timeZone: 'Europe/Zurich',
  currency: 'CHF',
  createdAt: '2026-01-01T00:00:00.000Z',
});

/** The products service with stubs of the identity and renewals services, for the specs of transfers. */
export class TransfersFixture {
  /** The transfer ids of the calls that detach the renewal of a product. */
  readonly detachCalls = new Map<ProductId, string[]>();
  /** The error code with which the renewals service answers a detach call; with `lost`, the answer never arrives. */
  readonly detachErrors = new Map<ProductId, string>();
  /** The number of unpaid periods on credit that the renewals service returns for a product. */
  readonly openPeriodCounts = new Map<ProductId, number>();
  /** Replaces the end of the paid period; with `unknown`, the renewals service does not know the product. */
  readonly periodEnds = new Map<ProductId, string>();
  readonly emails = new Map<AccountId, string>();
  readonly memberships = new Map<
    AccountId,
    { organizationId: OrganizationId; role: Role; lacksSecondFactor?: boolean }[]
  >();

  private constructor(readonly test: TestService) {}

  static async start(environment: Record<string, string> = {}): Promise<TransfersFixture> {
    const fixture = new TransfersFixture(
      await TestService.start(productsService, { PUBLIC_URL: 'https://console.example', ...environment }),
    );
    await fixture.stubIdentity();
    await fixture.stubRenewals();
    return fixture;
  }

  private async stubIdentity(): Promise<void> {
    await this.test.stub(getRecipient, ({ accountId }) => ({
      accountId,
      email: this.emails.get(accountId) ?? 'nobody@example.ch',
      name: 'Anna Keller',
      locale: 'de' as const,
    }));
    await this.test.stub(describeOrganization, ({ organizationId }) => describeTestOrganization(organizationId));
    await this.test.bus.serve(listMyOrganizations.subject, 'identity', async ({ headers }) => {
      // The second part of the JWT contains the claims. The claim `sub` is the account of the caller.
      const [, payload] = headers[callHeaders.token]!.split('.');
      const { sub } = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as { sub: AccountId };
      return encode({
        output: {
          nextCursor: null,
          data: (this.memberships.get(sub) ?? []).map(({ organizationId, role, lacksSecondFactor = false }) => ({
            organization: describeTestOrganization(organizationId),
            role,
            lacksSecondFactor,
          })),
        },
      });
    });
  }

  private async stubRenewals(): Promise<void> {
    await this.test.stub(describeRenewal, ({ productId }) => {
      const periodEnd = this.periodEnds.get(productId) ?? renewalTerms.periodEnd;
      if (periodEnd === 'unknown') throw new DomainError('RENEWAL_NOT_FOUND');
      return {
        terms: { ...renewalTerms, periodEnd },
        isAutomatic: true,
        isWarranted: true,
        openPeriods: this.openPeriodCounts.get(productId) ?? 0,
      };
    });
    await this.test.stub(detachRenewal, ({ productId, transferId }) => {
      this.detachCalls.set(productId, [...(this.detachCalls.get(productId) ?? []), transferId]);
      const code = this.detachErrors.get(productId);
      // For the caller, a lost answer has the same effect as a crash after the request.
      if (code) throw new DomainError(code === 'lost' ? 'SERVICE_UNAVAILABLE' : code);
      return { terms: renewalTerms };
    });
  }

  createOrganization(admin: AccountId = id('acc')): TestOrganization {
    const [organizationId, ben, eva] = [id('org'), id('acc'), id('acc')];
    this.test.stubbedSnapshots.people.set(organizationId, [
      newPerson(admin, 'administrator'),
      newPerson(ben, 'collaborator'),
      newPerson(eva, 'external'),
    ]);
    this.memberships.set(admin, [...(this.memberships.get(admin) ?? []), { organizationId, role: 'administrator' }]);
    return {
      organizationId,
      admin,
      ben,
      eva,
      as: { admin: { account: admin }, ben: { account: ben }, eva: { account: eva } },
    };
  }

  async buy({ organizationId }: TestOrganization, type = 'drive'): Promise<ProductId> {
    const productId = id('prd');
    const line = {
      productId,
      type,
      name: 'Files',
      interval: 'yearly' as const,
      price: { amount: 6_700, currency: 'CHF' as const },
      isAutomaticRenewal: true,
      isWarranted: true,
      periodStart: '2026-01-31',
      periodEnd: '2027-01-31',
    };
    await this.test.publishEvent(orderPaid, {
      organizationId,
      orderId: id('ord'),
      invoiceId: id('inv'),
      lines: [line],
    });
    return productId;
  }

  offer(
    from: TestOrganization,
    productId: ProductId,
    to: unknown = { kind: 'link' },
    as = from.as.admin,
  ): Promise<Answer<typeof offerTransfer>> {
    return this.test.call(offerTransfer, { organizationId: from.organizationId, productId, to: to as Target }, as);
  }

  async offerByLink(from: TestOrganization, productId: ProductId): Promise<string> {
    return tokenOf((await this.offer(from, productId)).link);
  }

  /** Accepts an offer for an organization as its administrator. */
  accept(to: TestOrganization, token: string): Promise<Answer<typeof acceptTransfer>> {
    return this.test.call(acceptTransfer, { organizationId: to.organizationId, token }, to.as.admin);
  }

  /** Returns the error code of an acceptance, or `ok`. */
  codeOfAcceptance(to: TestOrganization, token: string, as: Caller = to.as.admin): Promise<string> {
    return this.test.codeOf(acceptTransfer, { organizationId: to.organizationId, token }, as);
  }

  async owns({ organizationId, as }: TestOrganization, productId: ProductId): Promise<boolean> {
    const { data } = await this.test.call(listProducts, { organizationId }, as.admin);
    return data.some((product) => product.id === productId);
  }

  /** The events of an entity, without the prefix of the service in their types. */
  async eventsOf(entityId: string): ReturnType<TestService['outbox']> {
    return (await this.test.outbox())
      .filter(({ event }) => event.subject === entityId)
      .map(({ type, data, event }) => ({ type: type.replace('products.', ''), data, event }));
  }

  async receivedEventOf(productId: ProductId): Promise<EventData<typeof productReceived>> {
    const events = await this.eventsOf(productId);
    return events.findLast(({ type }) => type === 'product.received')!.data as EventData<typeof productReceived>;
  }

  /** The row of the newest transfer of a product. */
  async transferRowOf(productId: ProductId): Promise<Record<string, unknown>> {
    const [row] = await this.test.rows(
      `select * from transfer where product_id = $1 order by created_at desc, id desc limit 1`,
      [uuid(productId)],
    );
    return row!;
  }

  advanceClock(milliseconds: number): void {
    this.test.moveClockTo(new Date(this.test.process.clock.now().getTime() + milliseconds).toISOString());
  }

  changePeople(
    { organizationId }: Pick<TestOrganization, 'organizationId'>,
    change: (people: Person[]) => Person[],
  ): void {
    const { people } = this.test.stubbedSnapshots;
    people.set(organizationId, change([...people.get(organizationId)!]));
    this.test.snapshotChanged('people', organizationId);
  }

  setGrants(
    { organizationId }: TestOrganization,
    grants: object[],
    teams: object[] = [],
    memberships: object[] = [],
  ): void {
    this.test.stubbedSnapshots.grants.set(organizationId, {
      teams,
      memberships,
      grants: grants.map((fields) => ({ grantId: id('grt'), endsAt: null, ...fields })),
    } as never);
    this.test.snapshotChanged('grants', organizationId);
  }

  /** Grants the right `user` on a product to exactly these people. */
  setUsers(from: TestOrganization, productId: ProductId, accountIds: AccountId[]): void {
    this.setGrants(
      from,
      accountIds.map((accountId) => ({
        holder: { kind: 'account', accountId },
        object: { kind: 'product', productId },
        right: 'user',
      })),
    );
  }

  stop(): Promise<void> {
    return this.test.stop();
  }
}

export const tokenOf = (link: string | null): string => new URL(link!).searchParams.get('token')!;

export const newPerson = (accountId: AccountId, role: Role): Person => ({
  accountId,
  memberId: id('mem'),
  role,
  flags: [],
  isBlocked: false,
});
