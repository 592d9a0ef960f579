import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Answer } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { getRecipient } from '@cordee/contracts/identity/account';
import { listRecipients } from '@cordee/contracts/identity/member';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import { describeProduct, listOwnedResources, productBlocked, productUnblocked } from '@cordee/contracts/products/product';
import { listMessages } from '@cordee/contracts/reminders/message';
import { describeGrant, grantGiven } from '@cordee/contracts/teams/grant';
import type { Locale } from '@cordee/contracts/values';
import { decode, encode, toReplyError } from '@cordee/messaging/reply';
import { ServiceUnderTest } from '@cordee/testing/service-under-test';
import { composeMail, mailTexts } from './compose/compose-mail.ts';
import { InboxUnderTest } from './inbox-under-test.ts';
import { remindersService } from './reminders.service.ts';

jest.setTimeout(30_000);
type Person = Answer<typeof listRecipients>['data'][number];
type Described = Answer<typeof describeGrant>;
const id = <P extends 'acc' | 'org' | 'prd' | 'res' | 'grt' | 'mem' | 'team'>(prefix: P) => newId(prefix, new Date());
const person = (name: string, role: Person['role'], flags: Person['flags'] = [], locale: Locale = 'en'): Person => ({ accountId: id('acc'), name, email: `${name.toLowerCase()}@example.ch`, locale, role, flags, isBlocked: false });

const anna = person('Anna', 'legal_representative', [], 'de');
const admin = person('Admin', 'administrator');
const ben = person('Ben', 'collaborator', ['productEvents'], 'fr');
const cleo = person('Cleo', 'collaborator', ['reminders.email']);
const eva = person('Eva', 'external', ['productEvents']);
const dora = person('Dora', 'collaborator', ['productEvents']);
const everybody = [anna, admin, ben, cleo, eva, dora];

let test: ServiceUnderTest;
let smtp: InboxUnderTest;
/** What products and teams answer here. */
let status: 'active' | 'blocked' | 'maintenance' | 'gone';
let owned: Answer<typeof listOwnedResources>['data'];
const grants = new Map<string, Described>();

beforeAll(async () => {
  smtp = await InboxUnderTest.start();
  test = await ServiceUnderTest.start(remindersService, { SMTP_URL: smtp.url, PUBLIC_URL: 'https://console.example' });
  await test.answer(listRecipients, () => ({ data: everybody }));
  await test.answer(describeOrganization, ({ organizationId }) => ({ id: organizationId, name: 'Alpine Rescue', legalForm: 'company' as const, country: 'CH', locale: 'fr' as const, timeZone: 'Europe/Zurich', currency: 'CHF' as const, createdAt: '2026-01-01T00:00:00.000Z' }));
  await test.answer(getRecipient, ({ accountId }) => ({ accountId, email: 'gone@example.ch', name: 'Somebody who left', locale: 'de' as const }));
  await test.bus.serve(describeProduct.subject, 'products', async ({ data }) =>
    encode(status === 'gone' ? { error: toReplyError(new DomainError('PRODUCT_NOT_FOUND'), describeProduct) } : { output: { productId: (decode(data) as { productId: string }).productId, type: 'web_hosting', name: 'alpine.example', status } }),
  );
  await test.answer(listOwnedResources, () => ({ data: owned }));
  await test.answer(describeGrant, ({ grantId }) => grants.get(grantId)!);
});
afterAll(async () => {
  await test.stop();
  await smtp.stop();
});
beforeEach(() => {
  smtp.empty();
  owned = [];
});

/** An organization with a product that everybody but Dora may know of. */
function organization() {
  const [organizationId, productId] = [id('org'), id('prd')];
  test.facts.people.set(organizationId, everybody.map(({ accountId, role, flags, isBlocked }) => ({ accountId, memberId: id('mem'), role, flags, isBlocked })));
  test.facts.products.set(organizationId, [{ productId, type: 'web_hosting', name: 'alpine.example' }]);
  test.facts.grants.set(organizationId, {
    grants: [ben, cleo, eva].map(({ accountId }) => ({ grantId: id('grt'), holder: { kind: 'account' as const, accountId }, object: { kind: 'product' as const, productId }, right: 'technical', endsAt: null })),
  });
  return { organizationId, productId };
}
/** Nothing is under way any more: what is due has been prepared and sent. */
const quiet = () => test.until(async () => {
  const [row] = await test.rows(`select (select count(*) from reminder where status = 'planned' and next_try_at <= $1)::int + (select count(*) from message where status = 'sending' or (status = 'queued' and next_try_at <= $1))::int as n`, [test.process.clock.now()]);
  return row!['n'] === 0;
}, 'quiet');
const subjects = async () => {
  await quiet();
  return smtp.mails.map(({ to, mail }) => `${to} ${mail.subject}`).sort();
};
const textTo = ({ email }: Person): string => smtp.mails.find(({ to }) => to === email)!.mail.text!;
const dropped = async (organizationId: `org_${string}`) => (await test.call(listMessages, { organizationId }, { account: anna.accountId })).data.filter((message) => message.status === 'dropped').map(({ kind, reason }) => `${kind}: ${reason}`);

describe('a product that is blocked (PROD-4)', () => {
  it('is told to who manages, with the reason, and to who asked for it and may know of it, without', async () => {
    status = 'blocked';
    const { organizationId, productId } = organization();
    await test.report(productBlocked, { organizationId, productId, reason: 'stolen password' }, { actorId: anna.accountId });
    expect(await subjects()).toEqual([`${admin.email} alpine.example is blocked`, `${anna.email} alpine.example ist gesperrt`, `${ben.email} alpine.example est bloqué`, `${eva.email} alpine.example is blocked`]);
    for (const manager of [anna, admin]) expect(textTo(manager)).toContain('stolen password');
    for (const other of [ben, eva]) expect(textTo(other)).not.toContain('stolen password');
    expect(textTo(admin)).toContain('alpine.example of Alpine Rescue is blocked. Whoever manages products goes on working');
    expect(smtp.mails[0]!.mail.html).toContain('alpine.example');
  });

  it('goes into maintenance where its type says so: mail still arrives', async () => {
    status = 'maintenance';
    await test.report(productBlocked, { ...organization(), reason: 'x' });
    expect((await subjects())[0]).toBe(`${admin.email} alpine.example is in maintenance`);
    expect(textTo(ben)).toContain('Les e-mails continuent d’arriver');
  });

  it('is told once, however often the fact comes', async () => {
    status = 'blocked';
    const fact = { ...organization(), reason: 'x' };
    const event = id('grt').replace('grt_', 'evt_');
    await test.report(productBlocked, fact, { id: event });
    await test.report(productBlocked, fact, { id: event, sequence: 1 });
    await test.report(productBlocked, fact, { id: event, sequence: 2 });
    expect(await subjects()).toHaveLength(4);
  });

  it.each([['active', 'it is not blocked any more'], ['gone', 'product_not_found']] as const)('and is %s by the time it is told is not told', async (now, reason) => {
    status = now;
    const place = organization();
    await test.report(productBlocked, { ...place, reason: 'x' });
    expect(await subjects()).toEqual([]);
    expect(await dropped(place.organizationId)).toEqual([`product_blocked: ${reason}`]);
  });
});

describe('a product that goes on (PROD-4)', () => {
  it('is told once, when its last block is gone, whatever was lifted together', async () => {
    const place = organization();
    status = 'blocked';
    await test.report(productUnblocked, { ...place, reason: 'audit' });
    expect(await subjects()).toEqual([]);
    expect(await dropped(place.organizationId)).toEqual(['product_unblocked: another block stands']);
    status = 'active';
    // Lifted in one call, they carry one time.
    const at = test.process.clock.now();
    const standing = jest.spyOn(test.process.clock, 'now').mockReturnValue(at);
    await test.report(productUnblocked, { ...place, reason: 'unpaid' });
    await test.report(productUnblocked, { ...place, reason: 'stolen password' });
    standing.mockRestore();
    expect(await subjects()).toEqual([`${admin.email} alpine.example can be used again`, `${anna.email} alpine.example ist wieder benutzbar`, `${ben.email} alpine.example est de nouveau disponible`, `${eva.email} alpine.example can be used again`]);
    expect(textTo(admin)).toContain('unpaid');
    expect(textTo(ben)).not.toContain('unpaid');
  });
});

describe('content that somebody else may get at (ACC-4)', () => {
  const mailbox = (owner: Person, name = `${owner.name}@alpine.example`) => ({ resourceId: id('res'), productId: id('prd'), kind: 'mail_address', name, ownerAccountId: owner.accountId });

  async function give(wanted: Partial<Described> = {}) {
    const { organizationId, productId } = organization();
    const grant: Described = {
      id: id('grt'), holder: { kind: 'account', accountId: ben.accountId }, object: { kind: 'resource', productId, resourceId: id('res') }, right: 'read', givenBy: admin.accountId, givenAt: '2026-11-22T22:30:00.000Z', endsAt: null, endedAt: null, endedBy: null,
      reason: null, teamName: null, ...wanted,
    };
    grants.set(grant.id, grant);
    const fact = { organizationId, grantId: grant.id, holder: grant.holder, object: grant.object, right: grant.right };
    const report = (extra: object = {}) => test.report(grantGiven, fact, { actorId: grant.givenBy, ...extra });
    await report();
    return { organizationId, report };
  }

  it('is told to its owner: who, by whom, when and until when', async () => {
    owned = [mailbox(anna)];
    await give({ endsAt: '2026-12-01T11:00:00.000Z', reason: 'holidays' });
    expect(await subjects()).toEqual([`${anna.email} Neuer Zugriff auf Anna@alpine.example`]);
    expect(textTo(anna)).toContain('Ben darf jetzt lesen, was in Anna@alpine.example ist.');
    expect(textTo(anna)).toContain('Gegeben von: Admin. Seit: 22.11.2026, 23:30. Bis: 01.12.2026, 12:00.');
    expect(textTo(anna)).toContain('Grund: holidays');
    expect(textTo(anna)).not.toContain('beendet');
  });

  it.each<[string, Partial<Described>, string]>([
    ['a team', { holder: { kind: 'team', teamId: id('team') }, teamName: 'Helpers' }, 'Everybody in the team Helpers may now read what is in Cleo@alpine.example.'],
    ['the whole organization', { holder: { kind: 'organization' }, right: 'view' }, 'Everybody at Alpine Rescue, but no externals, may now view what is in Cleo@alpine.example.'],
    ['somebody who left meanwhile', { holder: { kind: 'account', accountId: id('acc') }, right: 'change' }, 'Somebody who left may now view and change what is in Cleo@alpine.example.'],
    ['somebody with a right that holds others', { right: 'manage' }, 'Ben may now view, change and manage what is in Cleo@alpine.example.'],
    ['somebody who has it no longer', { endedAt: '2026-11-22T22:31:00.000Z' }, 'It has ended meanwhile: 22 Nov 2026, 23:31.'],
    ['somebody without an end', {}, 'Given by: Admin. Since: 22 Nov 2026, 23:30. Until: taken back.'],
  ])('by %s', async (_, wanted, line) => {
    owned = [mailbox(cleo)];
    await give(wanted);
    expect(await subjects()).toEqual([`${cleo.email} New access to Cleo@alpine.example`]);
    expect(textTo(cleo)).toContain(line);
    expect(textTo(cleo).match(/may now/g)).toHaveLength(1);
  });

  it('through a right on a whole product is told to each owner of what is in it, by its names', async () => {
    owned = [mailbox(cleo), mailbox(cleo, 'c@alpine.example'), mailbox(anna), mailbox(ben), mailbox(admin), ...[1, 2, 3, 4, 5, 6, 7].map((each) => mailbox(dora, `${each}@alpine.example`))];
    await give({ object: { kind: 'product', productId: id('prd') } });
    expect(await subjects()).toEqual([
      `${anna.email} Neuer Zugriff auf Anna@alpine.example`, `${cleo.email} New access to Cleo@alpine.example, c@alpine.example`,
      `${dora.email} New access to 1@alpine.example, 2@alpine.example, 3@alpine.example, 4@alpine.example, 5@alpine.example, + 2`,
    ]);
  });

  it.each<[string, () => typeof owned, Partial<Described>, string]>([
    ['gave it themselves', () => [mailbox(admin)], {}, 'its owner gave it or has it'],
    ['has it themselves', () => [mailbox(ben)], {}, 'its owner gave it or has it'],
    ['is nobody', () => [], {}, 'it is nobody’s'],
    ['is no longer there', () => [{ ...mailbox(cleo), ownerAccountId: id('acc') }], {}, 'nobody to tell'],
  ])('is not told when the owner %s', async (_, things, wanted, reason) => {
    owned = things();
    const { organizationId } = await give(wanted);
    expect(await subjects()).toEqual([]);
    expect(await dropped(organizationId)).toEqual([`content_shared: ${reason}`]);
  });

  it('is not told of a right that opens no content', async () => {
    owned = [mailbox(cleo)];
    const { organizationId } = await give({ right: 'auto_reply' });
    expect([await subjects(), await dropped(organizationId)]).toEqual([[], []]);
  });

  it('is told once, however often the fact comes', async () => {
    owned = [mailbox(cleo)];
    const { report } = await give();
    await report({ sequence: 1 });
    await report({ sequence: 2 });
    expect(await subjects()).toHaveLength(1);
  });
});

describe('the words of the notices', () => {
  const values = {
    name: 'Anna', organization: 'Alpine Rescue', product: 'alpine.example', blockReason: 'audit', resource: 'anna@alpine.example', person: 'Ben', right: 'change', by: 'Admin', givenAt: '22.11.2026, 23:30', endsOn: 'never', grantReason: 'holidays',
  };
  it.each(Object.keys(mailTexts) as Locale[])('are all there in %s, with nothing left to fill', (locale) => {
    for (const kind of ['product_blocked', 'product_in_maintenance', 'product_unblocked', 'content_shared'] as const) {
      const { subject, text, html } = composeMail({ kind, locale, number: 'R-4821-0937-51', values });
      for (const part of [subject, text, html]) expect(part).not.toMatch(/\{\w+\}|undefined|\bnever\b/);
      const said = kind === 'content_shared' ? ['anna@alpine.example', 'Ben', 'Admin', 'holidays', mailTexts[locale].rights['change']!, mailTexts[locale].never] : ['alpine.example', 'Alpine Rescue', 'audit'];
      for (const words of said) expect([text.includes(words), html.includes(words)]).toEqual([true, true]);
    }
  });
});
