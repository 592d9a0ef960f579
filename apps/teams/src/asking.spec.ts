import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkAccess, explainAccess } from '@cordee/contracts/teams/access';
import type { Caller } from '@cordee/testing/service-under-test';
import { Customer, hostings, id, TeamsWorld, type Standing } from './teams-world.ts';

let world: TeamsWorld;
beforeAll(async () => {
  world = await TeamsWorld.start();
});
afterAll(() => world.test.stop());

describe('asking', () => {
  it('about others needs who manages people; about oneself is for everybody', async () => {
    const one = new Customer(world);
    const input = (about?: Standing) => ({ organizationId: one.organizationId, right: 'technical', productId: one.hosting, ...(about ? { accountId: one.people[about] } : {}) });
    const ask = (as: Standing, about?: Standing) => world.test.codeOf(explainAccess, input(about), one.as[as]);
    expect([await ask('ben'), await ask('ben', 'ben'), await ask('eva'), await ask('admin', 'cleo')]).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect([await ask('ben', 'cleo'), await ask('eva', 'ben')]).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
    expect(await world.test.codeOf(checkAccess, input('cleo'), one.as.ben)).toBe('PERMISSION_DENIED');
    for (const organizationId of [new Customer(world).organizationId, id('org')]) expect(await world.test.codeOf(checkAccess, { ...input(), organizationId }, one.as.ben)).toBe('ORGANIZATION_NOT_FOUND');
  });

  it('is answered in sentences, with who gave it and when', async () => {
    const one = new Customer(world);
    await one.team('Web', { accountIds: [one.people.ben], grants: hostings('technical') });
    const { text, chains } = await one.explain('ben', 'technical');
    expect(text).toMatch(/^This is allowed\. The right was given to the team “Web” on \d+ \w+ \d{4} by Name of legal_representative\.$/);
    expect(chains).toMatchObject([{ via: 'grant', right: 'technical', givenBy: one.people.chief }]);
    expect((await one.explain('admin', 'technical')).text).toBe('This is allowed. The role of administrator gives this right on every product.');
    expect(await one.explain('admin', 'read', one.as.chief, one.drive)).toMatchObject({ isAllowed: false, refusal: 'no_grant', chains: [] });
    const french = { for: { language: 'fr' as const, requestId: 'r', traceparent: undefined, token: undefined, reason: undefined } };
    const inFrench = await world.test.call(explainAccess, { organizationId: one.organizationId, right: 'technical', productId: one.hosting }, one.as.ben, french);
    expect(inFrench.text).toMatch(/^C’est autorisé\. Le droit a été donné à l’équipe « Web » le /);
  });

  it('does not tell names of teams and products that the asker cannot see (C-TEAM-17)', async () => {
    const one = new Customer(world);
    const { ben, cleo } = one.people;
    const parent = await one.team('Hidden parent', { grants: hostings('technical') });
    await one.team('Own', { parentId: parent.id, accountIds: [ben] });
    await one.team('Hidden other', { accountIds: [cleo], grants: hostings('statistics') });
    const asBen: Caller = one.as.ben;
    const own = await one.explain('ben', 'technical', asBen);
    expect(own).toMatchObject({ isAllowed: true, chains: [{ teams: [{ name: 'Own' }] }] });
    expect(own.text).toContain('a parent team');
    const refused = await one.explain('ben', 'statistics', asBen);
    expect(refused).toMatchObject({ isAllowed: false, chains: [], refusal: 'no_grant', text: 'This is not allowed: nobody has given this right.' });
    for (const answer of [own, refused]) expect(JSON.stringify(answer)).not.toMatch(/Hidden|secret/);
    expect((await one.explain('ben', 'technical')).chains).toMatchObject([{ teams: [{ name: 'Own' }, { name: 'Hidden parent' }] }]);
    // A product that exists and one that does not answer alike to who can see neither.
    const [hidden, none] = [await one.explain('ben', 'user', asBen, one.drive), await one.explain('ben', 'user', asBen, id('prd'))];
    expect(none).toEqual({ ...hidden, at: none.at });
    expect(await one.explain('ben', 'user', one.as.chief, id('prd'))).toMatchObject({ refusal: 'product_unknown' });
  });

  it('tells an external that they delete only their own files (C-TEAM-11)', async () => {
    const one = new Customer(world);
    await one.give('eva', 'change', { kind: 'resource', productId: one.drive, resourceId: one.folder });
    const { text } = await world.test.call(explainAccess, { organizationId: one.organizationId, right: 'change', productId: one.drive, resourceId: one.folder }, one.as.eva);
    expect(text).toContain('deletes only their own files');
  });
});
