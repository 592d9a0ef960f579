import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@cordee/contracts/id';
import { invitedTeamsMissed } from '@cordee/contracts/teams/invitation';
import { Locale } from '@cordee/contracts/values';
import { composeMail } from './compose/compose-mail.ts';
import { id, NoticesWorld, type Person } from './notices-world.ts';

let world: NoticesWorld;

beforeAll(async () => {
  world = await NoticesWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => world.smtp.empty());

const teams = [
  { teamId: id('team'), name: 'Web <b>', reason: 'deleted' as const },
  { teamId: id('team'), name: 'Direction', reason: 'members_only' as const },
  { teamId: id('team'), name: null, reason: 'unknown' as const },
];
const fact = (inviter: Person, missed = teams) => {
  const { organizationId } = world.organization();
  return {
    organizationId,
    invitationId: newId('ivt', new Date()),
    invitedBy: inviter.accountId,
    memberId: id('mem'),
    accountId: world.ben.accountId,
    missed,
  };
};

describe('who could not come into every team of an invitation (C-ROL-21)', () => {
  it('is told of to whoever invited, once and to nobody else: who, which team and why', async () => {
    const missed = fact(world.anna);
    await world.test.report(invitedTeamsMissed, missed);
    await world.test.report(invitedTeamsMissed, missed, { sequence: 1 });
    await world.test.report(invitedTeamsMissed, missed, { sequence: 2 });
    expect(await world.subjects()).toEqual([`${world.anna.email} Ben ist nicht in jedes Team gekommen`]);
    const said = world.textTo(world.anna);
    for (const words of [
      'Ben ist nicht im Team Web <b>: Es wurde inzwischen gelöscht.',
      'Ben ist nicht im Team Direction: Es ist nur für Mitglieder von Alpine Rescue.',
      `im Team ${teams[2]!.teamId}: Alpine Rescue hat kein solches Team.`,
    ])
      expect(said).toContain(words);
    expect(world.smtp.mails[0]!.mail.html).not.toContain('<b>');
  });

  it('is told of although the copy does not have the new role of the inviter yet', async () => {
    const missed = fact(world.cleo);
    const { organizationId } = missed;
    await world.test.process.access.of(organizationId);
    world.test.facts.people.set(
      organizationId,
      world.test.facts.people
        .get(organizationId)!
        .map((person) =>
          person.accountId === world.cleo.accountId ? { ...person, role: 'administrator' as const } : person,
        ),
    );
    world.test.factsChangedUntold('people', organizationId);
    await world.test.report(invitedTeamsMissed, missed, { accessRevision: {} });
    expect(await world.subjects()).toHaveLength(1);
  });

  it.each<[string, () => Person]>([
    ['is blocked', () => world.gone],
    ['manages nobody any more', () => world.cleo],
  ])('is told of to nobody when whoever invited %s', async (_, inviter) => {
    const missed = fact(inviter());
    await world.test.report(invitedTeamsMissed, missed);
    expect(await world.subjects()).toEqual([]);
    expect(await world.dropped(missed.organizationId)).toEqual(['invited_teams_missed: nobody to tell']);
  });

  it.each(Locale.options)('has all of its words in %s', (locale) => {
    const values = { name: 'Anna', person: 'Ben', organization: 'Alpine Rescue' };
    const { subject, text, html } = composeMail({
      kind: 'invited_teams_missed',
      locale,
      number: 'R-0000-0000-00',
      values,
      entries: [{ deletedTeam: 'Web' }, { closedTeam: 'Direction' }, { unknownTeam: 'team_x' }],
    });
    for (const part of [subject, text, html]) expect(part).not.toMatch(/\{\w+\}|undefined/);
    for (const words of ['Ben', 'Web', 'Direction', 'team_x', 'Alpine Rescue'])
      expect([text.includes(words), html.includes(words)]).toEqual([true, true]);
    expect(subject).toContain('Ben');
  });
});
