import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import { describeProduct, productBlocked, productUnblocked } from '@cordee/contracts/products/product';
import type { Locale } from '@cordee/contracts/values';
import type { StubbedGrants } from '@cordee/testing/stubbed-snapshots';
import { composeMail, mailTexts } from './compose/compose-mail.ts';
import { id, RemindersFixture } from '../test/reminders.fixture.ts';

type GivenGrant = NonNullable<StubbedGrants['grants']>[number];
let fixture: RemindersFixture;
/** The stubbed status of the product. */
let status: 'active' | 'blocked' | 'maintenance' | 'gone';

beforeAll(async () => {
  fixture = await RemindersFixture.start();
  await fixture.test.stub(describeProduct, ({ productId }) => {
    if (status === 'gone') throw new DomainError('PRODUCT_NOT_FOUND');
    return { productId, type: 'web_hosting', name: 'alpine.example', status };
  });
});
afterAll(() => fixture.stop());
beforeEach(() => fixture.smtp.reset());

/** Creates an organization with a product. Everybody except Dora has access to the product. */
function createOrganization() {
  const product = fixture.createOrganization();
  const { organizationId, productId } = product;
  fixture.test.stubbedSnapshots.grants.set(organizationId, {
    grants: [fixture.ben, fixture.cleo, fixture.eva].map(({ accountId }) => ({
      grantId: id('grt'),
      holder: { kind: 'account' as const, accountId },
      object: { kind: 'product' as const, productId },
      right: 'technical',
      endsAt: null,
    })),
  });
  return product;
}

describe('a blocked product (PROD-4)', () => {
  it('notifies everybody with access, regardless of flags, and tells the reason only to managers', async () => {
    status = 'blocked';
    const { organizationId, productId } = createOrganization();
    await fixture.test.publishEvent(
      productBlocked,
      { organizationId, productId, reason: 'stolen password' },
      { actorId: fixture.anna.accountId },
    );
    expect(await fixture.recipientsAndSubjects()).toEqual([
      `${fixture.admin.email} alpine.example is blocked`,
      `${fixture.anna.email} alpine.example ist gesperrt`,
      `${fixture.ben.email} alpine.example est bloqué`,
      `${fixture.cleo.email} alpine.example is blocked`,
      `${fixture.eva.email} alpine.example is blocked`,
    ]);
    for (const manager of [fixture.anna, fixture.admin]) expect(fixture.textTo(manager)).toContain('stolen password');
    for (const other of [fixture.ben, fixture.cleo, fixture.eva])
      expect(fixture.textTo(other)).not.toContain('stolen password');
    expect(fixture.textTo(fixture.admin)).toContain(
      'alpine.example of Alpine Rescue is blocked. People who manage products can still use it',
    );
    expect(fixture.smtp.mails[0]!.mail.html).toContain('alpine.example');
  });

  it('causes notices although the access cache does not have the product yet', async () => {
    status = 'blocked';
    const { organizationId, productId } = createOrganization();
    const products = fixture.test.stubbedSnapshots.products.get(organizationId)!;
    fixture.test.stubbedSnapshots.products.set(organizationId, []);
    await fixture.test.process.access.forOrganization(organizationId);
    fixture.test.stubbedSnapshots.products.set(organizationId, products);
    fixture.test.changeSnapshotSilently('products', organizationId);
    // The event has no access revision, so it does not update the access cache.
    await fixture.test.publishEvent(productBlocked, { organizationId, productId, reason: 'x' }, { accessRevision: {} });
    expect(await fixture.recipientsAndSubjects()).toHaveLength(5);
  });

  it('is reported as in maintenance when its status is maintenance', async () => {
    status = 'maintenance';
    await fixture.test.publishEvent(productBlocked, { ...createOrganization(), reason: 'x' });
    expect((await fixture.recipientsAndSubjects())[0]).toBe(`${fixture.admin.email} alpine.example is in maintenance`);
    expect(fixture.textTo(fixture.ben)).toContain('Les e-mails continuent d’arriver');
  });

  it('notifies everybody with access at the time of sending, including access by a team or to a resource', async () => {
    status = 'blocked';
    const { organizationId, productId } = fixture.createOrganization();
    const [teamId, resourceId] = [id('team'), id('res')];
    const grantTo = (holder: object, object: object) =>
      ({ grantId: id('grt'), holder, object, right: 'technical', endsAt: null }) as GivenGrant;
    fixture.test.stubbedSnapshots.products.set(organizationId, [
      { productId, type: 'mail_service', name: 'alpine.example', isBlocked: true, resources: [{ resourceId }] },
    ]);
    fixture.test.stubbedSnapshots.grants.set(organizationId, {
      teams: [{ teamId, parentId: null, name: 'Web' }],
      memberships: [{ teamId, accountId: fixture.dora.accountId, endsAt: null }],
      grants: [
        grantTo({ kind: 'team', teamId }, { kind: 'product_type', type: 'mail_service' }),
        grantTo({ kind: 'account', accountId: fixture.eva.accountId }, { kind: 'resource', productId, resourceId }),
      ],
    });
    await fixture.test.publishEvent(productBlocked, { organizationId, productId, reason: 'x' });
    expect((await fixture.recipientsAndSubjects()).map((line) => line.split(' ')[0])).toEqual(
      [fixture.admin, fixture.anna, fixture.dora, fixture.eva].map(({ email }) => email),
    );
  });

  it('causes one notice for each of the five people with access, despite repeated events', async () => {
    status = 'blocked';
    const data = { ...createOrganization(), reason: 'x' };
    const eventId = id('evt');
    await fixture.test.publishEvent(productBlocked, data, { id: eventId });
    await fixture.test.publishEvent(productBlocked, data, { id: eventId, sequence: 1 });
    await fixture.test.publishEvent(productBlocked, data, { id: eventId, sequence: 2 });
    expect(await fixture.recipientsAndSubjects()).toHaveLength(5);
  });

  it.each([
    ['active', 'the product is not blocked any more'],
    ['gone', 'product_not_found'],
  ] as const)('causes no notice when it is %s at the time of sending', async (newStatus, reason) => {
    status = newStatus;
    const product = createOrganization();
    await fixture.test.publishEvent(productBlocked, { ...product, reason: 'x' });
    expect(await fixture.recipientsAndSubjects()).toEqual([]);
    expect(await fixture.droppedReminders(product.organizationId)).toEqual([`product_blocked: ${reason}`]);
  });
});

describe('an unblocked product (PROD-4)', () => {
  it('causes one notice when its last block ends, for all blocks that end in one call', async () => {
    const product = createOrganization();
    status = 'blocked';
    await fixture.test.publishEvent(productUnblocked, { ...product, reason: 'audit' });
    expect(await fixture.recipientsAndSubjects()).toEqual([]);
    expect(await fixture.droppedReminders(product.organizationId)).toEqual([
      'product_unblocked: another block is active',
    ]);
    status = 'active';
    // Events of one call have the same time.
    const at = fixture.test.process.clock.now();
    const clock = jest.spyOn(fixture.test.process.clock, 'now').mockReturnValue(at);
    await fixture.test.publishEvent(productUnblocked, { ...product, reason: 'unpaid' });
    await fixture.test.publishEvent(productUnblocked, { ...product, reason: 'stolen password' });
    clock.mockRestore();
    expect(await fixture.recipientsAndSubjects()).toEqual([
      `${fixture.admin.email} alpine.example can be used again`,
      `${fixture.anna.email} alpine.example ist wieder benutzbar`,
      `${fixture.ben.email} alpine.example est de nouveau disponible`,
      `${fixture.cleo.email} alpine.example can be used again`,
      `${fixture.eva.email} alpine.example can be used again`,
    ]);
    expect(fixture.textTo(fixture.admin)).toContain('unpaid');
    expect(fixture.textTo(fixture.ben)).not.toContain('unpaid');
  });
});

describe('the texts of the notices', () => {
  const values = { name: 'Anna', organization: 'Alpine Rescue', product: 'alpine.example', blockReason: 'audit' };
  it.each(Object.keys(mailTexts) as Locale[])('are complete in %s, without open placeholders', (locale) => {
    for (const kind of ['product_blocked', 'product_in_maintenance', 'product_unblocked'] as const) {
      const { subject, text, html } = composeMail({ kind, locale, number: 'R-4821-0937-51', values });
      for (const part of [subject, text, html]) expect(part).not.toMatch(/\{\w+\}|undefined/);
      for (const words of ['alpine.example', 'Alpine Rescue', 'audit'])
        expect([text.includes(words), html.includes(words)]).toEqual([true, true]);
    }
  });
});
