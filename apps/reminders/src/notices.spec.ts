import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import { describeProduct, productBlocked, productUnblocked } from '@cordee/contracts/products/product';
import type { Locale } from '@cordee/contracts/values';
import type { GivenGrants } from '@cordee/testing/test-service';
import { composeMail, mailTexts } from './compose/compose-mail.ts';
import { id, RemindersFixture } from '../test/reminders.fixture.ts';

type GivenGrant = NonNullable<GivenGrants['grants']>[number];
let fixture: RemindersFixture;
/** What products answers here. */
let status: 'active' | 'blocked' | 'maintenance' | 'gone';

beforeAll(async () => {
  fixture = await RemindersFixture.start();
  await fixture.test.answer(describeProduct, ({ productId }) => {
    if (status === 'gone') throw new DomainError('PRODUCT_NOT_FOUND');
    return { productId, type: 'web_hosting', name: 'alpine.example', status };
  });
});
afterAll(() => fixture.stop());
beforeEach(() => fixture.smtp.empty());

/** An organization with a product that everybody but Dora has to do with. */
function organization() {
  const place = fixture.organization();
  const { organizationId, productId } = place;
  fixture.test.stubbedSnapshots.grants.set(organizationId, {
    grants: [fixture.ben, fixture.cleo, fixture.eva].map(({ accountId }) => ({
      grantId: id('grt'),
      holder: { kind: 'account' as const, accountId },
      object: { kind: 'product' as const, productId },
      right: 'technical',
      endsAt: null,
    })),
  });
  return place;
}

describe('a product that is blocked (PROD-4)', () => {
  it('is told to who manages, with the reason, and to everybody with a right on it, whatever they chose to hear of, without', async () => {
    status = 'blocked';
    const { organizationId, productId } = organization();
    await fixture.test.publishEvent(
      productBlocked,
      { organizationId, productId, reason: 'stolen password' },
      { actorId: fixture.anna.accountId },
    );
    expect(await fixture.subjects()).toEqual([
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
      'alpine.example of Alpine Rescue is blocked. Whoever manages products goes on working',
    );
    expect(fixture.smtp.mails[0]!.mail.html).toContain('alpine.example');
  });

  it('is told although the copy does not have the product yet', async () => {
    status = 'blocked';
    const { organizationId, productId } = organization();
    const products = fixture.test.stubbedSnapshots.products.get(organizationId)!;
    fixture.test.stubbedSnapshots.products.set(organizationId, []);
    await fixture.test.process.access.forOrganization(organizationId);
    fixture.test.stubbedSnapshots.products.set(organizationId, products);
    fixture.test.factsChangedUntold('products', organizationId);
    // As if another replica had reacted to the event: this process does not know its revision.
    await fixture.test.publishEvent(productBlocked, { organizationId, productId, reason: 'x' }, { accessRevision: {} });
    expect(await fixture.subjects()).toHaveLength(5);
  });

  it('goes into maintenance where its type says so: mail still arrives', async () => {
    status = 'maintenance';
    await fixture.test.publishEvent(productBlocked, { ...organization(), reason: 'x' });
    expect((await fixture.subjects())[0]).toBe(`${fixture.admin.email} alpine.example is in maintenance`);
    expect(fixture.textTo(fixture.ben)).toContain('Les e-mails continuent d’arriver');
  });

  it('concerns whoever has a right on it when it is told, by a team or on something in it too', async () => {
    status = 'blocked';
    const { organizationId, productId } = fixture.organization();
    const [teamId, resourceId] = [id('team'), id('res')];
    const of = (holder: object, object: object) =>
      ({ grantId: id('grt'), holder, object, right: 'technical', endsAt: null }) as GivenGrant;
    fixture.test.stubbedSnapshots.products.set(organizationId, [
      { productId, type: 'mail_service', name: 'alpine.example', isBlocked: true, resources: [{ resourceId }] },
    ]);
    fixture.test.stubbedSnapshots.grants.set(organizationId, {
      teams: [{ teamId, parentId: null, name: 'Web' }],
      memberships: [{ teamId, accountId: fixture.dora.accountId, endsAt: null }],
      grants: [
        of({ kind: 'team', teamId }, { kind: 'product_type', type: 'mail_service' }),
        of({ kind: 'account', accountId: fixture.eva.accountId }, { kind: 'resource', productId, resourceId }),
      ],
    });
    await fixture.test.publishEvent(productBlocked, { organizationId, productId, reason: 'x' });
    expect((await fixture.subjects()).map((line) => line.split(' ')[0])).toEqual(
      [fixture.admin, fixture.anna, fixture.dora, fixture.eva].map(({ email }) => email),
    );
  });

  it('is told once, however often the fact comes', async () => {
    status = 'blocked';
    const fact = { ...organization(), reason: 'x' };
    const event = id('evt');
    await fixture.test.publishEvent(productBlocked, fact, { id: event });
    await fixture.test.publishEvent(productBlocked, fact, { id: event, sequence: 1 });
    await fixture.test.publishEvent(productBlocked, fact, { id: event, sequence: 2 });
    expect(await fixture.subjects()).toHaveLength(5);
  });

  it.each([
    ['active', 'it is not blocked any more'],
    ['gone', 'product_not_found'],
  ] as const)('and is %s by the time it is told is not told', async (now, reason) => {
    status = now;
    const place = organization();
    await fixture.test.publishEvent(productBlocked, { ...place, reason: 'x' });
    expect(await fixture.subjects()).toEqual([]);
    expect(await fixture.dropped(place.organizationId)).toEqual([`product_blocked: ${reason}`]);
  });
});

describe('a product that goes on (PROD-4)', () => {
  it('is told once, when its last block is gone, whatever was lifted together', async () => {
    const place = organization();
    status = 'blocked';
    await fixture.test.publishEvent(productUnblocked, { ...place, reason: 'audit' });
    expect(await fixture.subjects()).toEqual([]);
    expect(await fixture.dropped(place.organizationId)).toEqual(['product_unblocked: another block stands']);
    status = 'active';
    // Lifted in one call, they carry one time.
    const at = fixture.test.process.clock.now();
    const standing = jest.spyOn(fixture.test.process.clock, 'now').mockReturnValue(at);
    await fixture.test.publishEvent(productUnblocked, { ...place, reason: 'unpaid' });
    await fixture.test.publishEvent(productUnblocked, { ...place, reason: 'stolen password' });
    standing.mockRestore();
    expect(await fixture.subjects()).toEqual([
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

describe('the words of the notices', () => {
  const values = { name: 'Anna', organization: 'Alpine Rescue', product: 'alpine.example', blockReason: 'audit' };
  it.each(Object.keys(mailTexts) as Locale[])('are all there in %s, with nothing left to fill', (locale) => {
    for (const kind of ['product_blocked', 'product_in_maintenance', 'product_unblocked'] as const) {
      const { subject, text, html } = composeMail({ kind, locale, number: 'R-4821-0937-51', values });
      for (const part of [subject, text, html]) expect(part).not.toMatch(/\{\w+\}|undefined/);
      for (const words of ['alpine.example', 'Alpine Rescue', 'audit'])
        expect([text.includes(words), html.includes(words)]).toEqual([true, true]);
    }
  });
});
