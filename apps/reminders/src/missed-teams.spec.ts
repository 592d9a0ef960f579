import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@cordee/contracts/id';
import { invitedTeamsMissed } from '@cordee/contracts/teams/invitation';
import { Locale } from '@cordee/contracts/values';
import { composeMail } from './compose/compose-mail.ts';
import { id, RemindersFixture, type Person } from '../test/reminders.fixture.ts';

let fixture: RemindersFixture;

beforeAll(async () => {
  fixture = await RemindersFixture.start();
});
afterAll(() => fixture.stop());
beforeEach(() => fixture.smtp.reset());

const missedTeams = [
  { teamId: id('team'), name: 'Web <b>', reason: 'deleted' as const },
  { teamId: id('team'), name: 'Direction', reason: 'members_only' as const },
  { teamId: id('team'), name: null, reason: 'unknown' as const },
];
const missedTeamsEventData = (inviter: Person, missed = missedTeams) => {
  const { organizationId } = fixture.createOrganization();
  return {
    organizationId,
    invitationId: newId('ivt', new Date()),
    invitedBy: inviter.accountId,
    memberId: id('mem'),
    accountId: fixture.ben.accountId,
    missed,
  };
};

describe('a person who could not join every team of the invitation (C-ROL-21)', () => {
  it('causes one notice to the inviter, with person, team and reason', async () => {
    const eventData = missedTeamsEventData(fixture.anna);
    await fixture.test.publishEvent(invitedTeamsMissed, eventData);
    await fixture.test.publishEvent(invitedTeamsMissed, eventData, { sequence: 1 });
    await fixture.test.publishEvent(invitedTeamsMissed, eventData, { sequence: 2 });
    expect(await fixture.recipientsAndSubjects()).toEqual([
      `${fixture.anna.email} Ben konnte nicht jedem Team beitreten`,
    ]);
    const text = fixture.textTo(fixture.anna);
    for (const words of [
      'Ben konnte dem Team Web <b> nicht beitreten: Es wurde inzwischen gelöscht.',
      'Ben konnte dem Team Direction nicht beitreten: Es ist nur für Mitglieder von Alpine Rescue.',
      `dem Team ${missedTeams[2]!.teamId} nicht beitreten: Alpine Rescue hat kein solches Team.`,
    ])
      expect(text).toContain(words);
    expect(fixture.smtp.mails[0]!.mail.html).not.toContain('<b>');
  });

  it('causes a notice although the access cache has an outdated role of the inviter', async () => {
    const eventData = missedTeamsEventData(fixture.cleo);
    const { organizationId } = eventData;
    await fixture.test.process.access.forOrganization(organizationId);
    fixture.test.stubbedSnapshots.people.set(
      organizationId,
      fixture.test.stubbedSnapshots.people
        .get(organizationId)!
        .map((person) =>
          person.accountId === fixture.cleo.accountId ? { ...person, role: 'administrator' as const } : person,
        ),
    );
    fixture.test.changeSnapshotSilently('people', organizationId);
    // The event has no access revision, so it does not update the access cache.
    await fixture.test.publishEvent(invitedTeamsMissed, eventData, { accessRevision: {} });
    expect(await fixture.recipientsAndSubjects()).toHaveLength(1);
  });

  it.each<[string, () => Person]>([
    ['is blocked', () => fixture.blocked],
    ['does not manage members any more', () => fixture.cleo],
  ])('causes no notice when the inviter %s', async (_, inviter) => {
    const eventData = missedTeamsEventData(inviter());
    await fixture.test.publishEvent(invitedTeamsMissed, eventData);
    expect(await fixture.recipientsAndSubjects()).toEqual([]);
    expect(await fixture.droppedReminders(eventData.organizationId)).toEqual(['invited_teams_missed: no recipients']);
  });

  it.each(Locale.options)('causes a notice with complete texts in the language %s', (locale) => {
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
