import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import { describeProduct, productBlocked, productUnblocked } from '@cordee/contracts/products/product';
import type { Locale } from '@cordee/contracts/values';
import type { GivenGrants } from '@cordee/testing/service-under-test';
import { composeMail, mailTexts } from './compose/compose-mail.ts';
import { id, NoticesWorld } from './notices-world.ts';

type GivenGrant = NonNullable<GivenGrants['grants']>[number];
let world: NoticesWorld;
/** What products answers here. */
let status: 'active' | 'blocked' | 'maintenance' | 'gone';

beforeAll(async () => {
  world = await NoticesWorld.start();
  await world.test.answer(describeProduct, ({ productId }) => {
    if (status === 'gone') throw new DomainError('PRODUCT_NOT_FOUND');
    return { productId, type: 'web_hosting', name: 'alpine.example', status };
  });
});
afterAll(() => world.stop());
beforeEach(() => world.smtp.empty());

/** An organization with a product that everybody but Dora has to do with. */
function organization() {
  const place = world.organization();
  const { organizationId, productId } = place;
  world.test.facts.grants.set(organizationId, {
    grants: [world.ben, world.cleo, world.eva].map(({ accountId }) => ({
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
    await world.test.report(
      productBlocked,
      { organizationId, productId, reason: 'stolen password' },
      { actorId: world.anna.accountId },
    );
    expect(await world.subjects()).toEqual([
      `${world.admin.email} alpine.example is blocked`,
      `${world.anna.email} alpine.example ist gesperrt`,
      `${world.ben.email} alpine.example est bloqué`,
      `${world.cleo.email} alpine.example is blocked`,
      `${world.eva.email} alpine.example is blocked`,
    ]);
    for (const manager of [world.anna, world.admin]) expect(world.textTo(manager)).toContain('stolen password');
    for (const other of [world.ben, world.cleo, world.eva])
      expect(world.textTo(other)).not.toContain('stolen password');
    expect(world.textTo(world.admin)).toContain(
      'alpine.example of Alpine Rescue is blocked. Whoever manages products goes on working',
    );
    expect(world.smtp.mails[0]!.mail.html).toContain('alpine.example');
  });

  it('is told although the copy does not have the product yet', async () => {
    status = 'blocked';
    const { organizationId, productId } = organization();
    const products = world.test.facts.products.get(organizationId)!;
    world.test.facts.products.set(organizationId, []);
    await world.test.process.access.of(organizationId);
    world.test.facts.products.set(organizationId, products);
    world.test.factsChangedUntold('products', organizationId);
    // As if another replica had reacted to the event: this process does not know its revision.
    await world.test.report(productBlocked, { organizationId, productId, reason: 'x' }, { accessRevision: {} });
    expect(await world.subjects()).toHaveLength(5);
  });

  it('goes into maintenance where its type says so: mail still arrives', async () => {
    status = 'maintenance';
    await world.test.report(productBlocked, { ...organization(), reason: 'x' });
    expect((await world.subjects())[0]).toBe(`${world.admin.email} alpine.example is in maintenance`);
    expect(world.textTo(world.ben)).toContain('Les e-mails continuent d’arriver');
  });

  it('concerns whoever has a right on it when it is told, by a team or on something in it too', async () => {
    status = 'blocked';
    const { organizationId, productId } = world.organization();
    const [teamId, resourceId] = [id('team'), id('res')];
    const of = (holder: object, object: object) =>
      ({ grantId: id('grt'), holder, object, right: 'technical', endsAt: null }) as GivenGrant;
    world.test.facts.products.set(organizationId, [
      { productId, type: 'mail_service', name: 'alpine.example', isBlocked: true, resources: [{ resourceId }] },
    ]);
    world.test.facts.grants.set(organizationId, {
      teams: [{ teamId, parentId: null, name: 'Web' }],
      memberships: [{ teamId, accountId: world.dora.accountId, endsAt: null }],
      grants: [
        of({ kind: 'team', teamId }, { kind: 'product_type', type: 'mail_service' }),
        of({ kind: 'account', accountId: world.eva.accountId }, { kind: 'resource', productId, resourceId }),
      ],
    });
    await world.test.report(productBlocked, { organizationId, productId, reason: 'x' });
    expect((await world.subjects()).map((line) => line.split(' ')[0])).toEqual(
      [world.admin, world.anna, world.dora, world.eva].map(({ email }) => email),
    );
  });

  it('is told once, however often the fact comes', async () => {
    status = 'blocked';
    const fact = { ...organization(), reason: 'x' };
    const event = id('evt');
    await world.test.report(productBlocked, fact, { id: event });
    await world.test.report(productBlocked, fact, { id: event, sequence: 1 });
    await world.test.report(productBlocked, fact, { id: event, sequence: 2 });
    expect(await world.subjects()).toHaveLength(5);
  });

  it.each([
    ['active', 'it is not blocked any more'],
    ['gone', 'product_not_found'],
  ] as const)('and is %s by the time it is told is not told', async (now, reason) => {
    status = now;
    const place = organization();
    await world.test.report(productBlocked, { ...place, reason: 'x' });
    expect(await world.subjects()).toEqual([]);
    expect(await world.dropped(place.organizationId)).toEqual([`product_blocked: ${reason}`]);
  });
});

describe('a product that goes on (PROD-4)', () => {
  it('is told once, when its last block is gone, whatever was lifted together', async () => {
    const place = organization();
    status = 'blocked';
    await world.test.report(productUnblocked, { ...place, reason: 'audit' });
    expect(await world.subjects()).toEqual([]);
    expect(await world.dropped(place.organizationId)).toEqual(['product_unblocked: another block stands']);
    status = 'active';
    // Lifted in one call, they carry one time.
    const at = world.test.process.clock.now();
    const standing = jest.spyOn(world.test.process.clock, 'now').mockReturnValue(at);
    await world.test.report(productUnblocked, { ...place, reason: 'unpaid' });
    await world.test.report(productUnblocked, { ...place, reason: 'stolen password' });
    standing.mockRestore();
    expect(await world.subjects()).toEqual([
      `${world.admin.email} alpine.example can be used again`,
      `${world.anna.email} alpine.example ist wieder benutzbar`,
      `${world.ben.email} alpine.example est de nouveau disponible`,
      `${world.cleo.email} alpine.example can be used again`,
      `${world.eva.email} alpine.example can be used again`,
    ]);
    expect(world.textTo(world.admin)).toContain('unpaid');
    expect(world.textTo(world.ben)).not.toContain('unpaid');
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
