import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { confirmSignUp, getMe, requestSignUp } from '@cordee/contracts/identity/account';
import { getClock, moveClock } from '@cordee/contracts/identity/clock';
import { newId, toUuid } from '@cordee/contracts/id';
import {
  acceptInvitation,
  cancelInvitation,
  getInvitationMail,
  inviteMember,
  listInvitations,
  resendInvitation,
} from '@cordee/contracts/identity/invitation';
import {
  acceptRole,
  changeMember,
  listMembers,
  removeMember,
  type MemberRole,
} from '@cordee/contracts/identity/member';
import { createOrganization, getOrganization, listMyOrganizations } from '@cordee/contracts/identity/organization';
import { createSession, endSession, listSessions } from '@cordee/contracts/identity/session';
import { Clock } from '@cordee/service/clock';
import type { CommandContext } from '@cordee/service/handler-decorators';
import type { Caller, TestService } from '@cordee/testing/test-service';
import type * as z from 'zod';
import { ClockCommands } from './clock/clock.commands.ts';
import { password, IdentityFixture, type Person } from '../test/identity.fixture.ts';
import { Secrets } from './secrets.ts';

let fixture: IdentityFixture;
let test: TestService;

beforeAll(async () => {
  fixture = await IdentityFixture.start();
  test = fixture.service;
});
afterAll(() => test.stop());

type Role = z.output<typeof MemberRole>;

/** Returns the id of the manager's own membership. */
const memberIdOf = async (manager: Person): Promise<`mem_${string}`> =>
  (await test.call(listMembers, { organizationId: manager.organizationId }, manager.as)).data.find(
    ({ accountId }) => accountId === manager.accountId,
  )!.id;

describe('a sign-up', () => {
  it('creates an account, and an organization whose legal representative is the account (ORG-1)', async () => {
    const anna = await fixture.signUp();
    expect(await test.call(getMe, {}, anna.as)).toMatchObject({
      id: anna.accountId,
      name: 'Anna Keller',
      isStaff: false,
    });
    expect(await test.call(listMyOrganizations, {}, anna.as)).toMatchObject({
      data: [{ organization: { id: anna.organizationId }, role: 'legal_representative' }],
    });
  });

  it('gets the same reply for an address that has an account, and only the mail reveals the account', async () => {
    const anna = await fixture.signUp();
    expect(await test.call(requestSignUp, { email: anna.email, password, name: 'Somebody' }, 'nobody')).toEqual({
      status: 'confirmation_sent',
    });
    expect(await fixture.requestSignUp(anna.email)).toMatchObject({ kind: 'account_exists', token: null });
  });

  it('gets the same reply when its link is used again, also concurrently', async () => {
    const { token } = await fixture.requestSignUp('twice@example.ch');
    const answers = await Promise.all(
      [1, 2, 3].map(() => test.call(confirmSignUp, { token: token!, password }, 'nobody')),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await test.rows(`select count(*)::int as n from account where email_key = 'twice@example.ch'`)).toEqual([
      { n: 1 },
    ]);
  });

  it('creates one account when several sign-ups for one address are confirmed concurrently', async () => {
    const tokens: string[] = [];
    for (const name of ['One', 'Two', 'Three'])
      tokens.push((await fixture.requestSignUp('race@example.ch', name)).token!);
    const codes = await Promise.all(tokens.map((token) => test.codeOf(confirmSignUp, { token, password }, 'nobody')));
    expect(codes.sort()).toEqual(['SIGN_UP_TOKEN_INVALID', 'SIGN_UP_TOKEN_INVALID', 'ok']);
  });

  it.each([
    ['short password', 'PASSWORD_TOO_SHORT'],
    ['passwordpassword', 'PASSWORD_TOO_COMMON'],
    ['aaaaaaaaaaaaaaaaaaaa', 'PASSWORD_TOO_COMMON'],
  ])('rejects the password %s', async (weak, code) => {
    expect(await test.codeOf(requestSignUp, { email: 'weak@example.ch', password: weak, name: 'Weak' }, 'nobody')).toBe(
      code,
    );
  });

  it('rejects malformed tokens and a token that was made with another secret', async () => {
    const other = new Secrets('another secret, also long enough for the test');
    const forged = other.makeToken('sign-up', ['sgn_01je5nryg0fgz9y05x3mqpmjrg']);
    for (const token of [forged, 'x', 'AAAA'])
      expect(await test.codeOf(confirmSignUp, { token, password }, 'nobody')).toBe('SIGN_UP_TOKEN_INVALID');
  });
});

describe('sessions', () => {
  it('open only with the correct password; the case of the address does not matter', async () => {
    const anna = await fixture.signUp();
    const tokens = await test.call(createSession, { email: anna.email.toUpperCase(), password }, 'nobody');
    expect(tokens.accountId).toBe(anna.accountId);
    expect(await test.codeOf(createSession, { email: anna.email, password: 'something else entirely' }, 'nobody')).toBe(
      'SIGN_IN_FAILED',
    );
    expect(await test.codeOf(createSession, { email: 'nobody@example.ch', password }, 'nobody')).toBe('SIGN_IN_FAILED');
  });

  it('are invalid immediately after they end, including the access token', async () => {
    const anna = await fixture.signUp();
    const { accessToken, sessionId } = await test.call(createSession, { email: anna.email, password }, 'nobody');
    const withToken = {
      causedBy: {
        token: accessToken,
        requestId: 'r',
        traceparent: undefined,
        language: 'en' as const,
        reason: undefined,
      },
    };
    expect(await test.codeOf(listSessions, {}, 'nobody', withToken)).toBe('ok');
    await test.call(endSession, { sessionId }, anna.as);
    expect(await test.codeOf(listSessions, {}, 'nobody', withToken)).toBe('SIGN_IN_REQUIRED');
  });

  it('of other accounts cannot be ended', async () => {
    const [anna, ben] = [await fixture.signUp(), await fixture.signUp()];
    const { sessionId } = await test.call(createSession, { email: anna.email, password }, 'nobody');
    expect(await test.codeOf(endSession, { sessionId }, ben.as)).toBe('SESSION_NOT_FOUND');
  });
});

describe('organizations', () => {
  it('are not found by people of other organizations (ORG-2)', async () => {
    const [anna, ben] = [await fixture.signUp(), await fixture.signUp()];
    const second = await test.call(createOrganization, { name: 'Alpine Rescue' }, anna.as);
    expect((await test.call(listMyOrganizations, {}, anna.as)).data.map(({ organization }) => organization.id)).toEqual(
      [anna.organizationId, second.id],
    );
    expect(await test.codeOf(getOrganization, { organizationId: second.id }, ben.as)).toBe('ORGANIZATION_NOT_FOUND');
    expect(await test.codeOf(getOrganization, { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg' }, ben.as)).toBe(
      'ORGANIZATION_NOT_FOUND',
    );
  });

  it('are hidden by row-level security when no tenant context is set', async () => {
    await fixture.signUp();
    await test.database.query('begin; set local role cordee_identity;');
    const { rows } = await test.database.query(
      `select (select count(*) from organization)::int as organizations, (select count(*) from member)::int as members`,
    );
    await test.database.query('rollback');
    expect(rows).toEqual([{ organizations: 0, members: 0 }]);
  });
});

describe('the last legal representative (ROL-4)', () => {
  it('cannot be removed, demoted or blocked, and cannot leave (C-ROL-01, C-ROL-02, C-ROL-03)', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const memberId = await memberIdOf(anna);
    for (const change of [{ role: 'administrator' as const }, { role: 'external' as const }, { isBlocked: true }]) {
      expect(await test.codeOf(changeMember, { organizationId, memberId, ...change }, anna.as)).toBe(
        'LAST_LEGAL_REPRESENTATIVE',
      );
    }
    expect(await test.codeOf(removeMember, { organizationId, memberId }, anna.as)).toBe('LAST_LEGAL_REPRESENTATIVE');
    expect((await test.call(listMembers, { organizationId }, anna.as)).data).toMatchObject([
      { role: 'legal_representative', isBlocked: false },
    ]);
  });

  it('remains when the only two legal representatives leave concurrently', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const ben = await fixture.join(anna, 'legal_representative');
    const codes = await Promise.all([
      test.codeOf(removeMember, { organizationId, memberId: await memberIdOf(anna) }, anna.as),
      test.codeOf(removeMember, { organizationId, memberId: ben.memberId }, ben.as),
    ]);
    expect(codes.sort()).toEqual(['LAST_LEGAL_REPRESENTATIVE', 'ok']);
  });

  it('cannot switch off reminders, and gets them again when the other one is removed (C-ROL-12)', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const memberId = await memberIdOf(anna);
    expect(await test.codeOf(changeMember, { organizationId, memberId, flags: ['billing.view'] }, anna.as)).toBe(
      'REMINDERS_REQUIRED',
    );
    const ben = await fixture.join(anna, 'legal_representative');
    await test.call(changeMember, { organizationId, memberId, flags: ['billing.view'] }, anna.as);
    await test.call(removeMember, { organizationId, memberId: ben.memberId }, anna.as);
    expect((await test.call(listMembers, { organizationId }, anna.as)).data).toMatchObject([
      { flags: ['billing.view', 'reminders.email'] },
    ]);
  });
});

describe('roles', () => {
  it('of legal representatives are changed only by legal representatives (ROL-3, C-ROL-07 to C-ROL-09)', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const [admin, collaborator] = [await fixture.join(anna, 'administrator'), await fixture.join(anna, 'collaborator')];
    const requestChange = (memberId: `mem_${string}`, change: object, as: Caller) =>
      test.codeOf(changeMember, { organizationId, memberId, ...change }, as);
    expect(await requestChange(collaborator.memberId, { role: 'legal_representative' }, admin.as)).toBe(
      'ROLE_RESERVED',
    );
    expect(await requestChange(admin.memberId, { role: 'legal_representative' }, admin.as)).toBe('ROLE_RESERVED');
    expect(await requestChange(await memberIdOf(anna), { role: 'collaborator' }, admin.as)).toBe('ROLE_RESERVED');
    expect(await requestChange(await memberIdOf(anna), { isBlocked: true }, admin.as)).toBe('ROLE_RESERVED');
    expect(await test.codeOf(removeMember, { organizationId, memberId: await memberIdOf(anna) }, admin.as)).toBe(
      'ROLE_RESERVED',
    );
    expect(
      await test.codeOf(
        inviteMember,
        { organizationId, email: 'new@example.ch', role: 'legal_representative' },
        admin.as,
      ),
    ).toBe('ROLE_RESERVED');
    expect(await requestChange(collaborator.memberId, { role: 'administrator' }, collaborator.as)).toBe(
      'PERMISSION_DENIED',
    );
  });

  it('of legal representative take effect when the member accepts the offer', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const ben = await fixture.join(anna, 'collaborator');
    expect(
      await test.call(changeMember, { organizationId, memberId: ben.memberId, role: 'legal_representative' }, anna.as),
    ).toMatchObject({ role: 'collaborator', offeredRole: 'legal_representative' });
    expect(await test.codeOf(acceptRole, { organizationId, memberId: ben.memberId }, anna.as)).toBe('MEMBER_NOT_FOUND');
    expect(await test.call(acceptRole, { organizationId, memberId: ben.memberId }, ben.as)).toMatchObject({
      role: 'legal_representative',
      offeredRole: null,
    });
    expect(await test.codeOf(acceptRole, { organizationId, memberId: ben.memberId }, ben.as)).toBe('ROLE_NOT_OFFERED');
  });

  it('of legal representative are offered again without another event, and the offer can be withdrawn', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const ben = await fixture.join(anna, 'collaborator');
    const requestChange = (role: Role) =>
      test.call(changeMember, { organizationId, memberId: ben.memberId, role }, anna.as);
    await requestChange('legal_representative');
    const before = (await test.eventsOf(organizationId)).length;
    expect(await requestChange('legal_representative')).toMatchObject({ offeredRole: 'legal_representative' });
    expect((await test.eventsOf(organizationId)).length).toBe(before);
    expect(await requestChange('collaborator')).toMatchObject({ role: 'collaborator', offeredRole: null });
    expect(await test.codeOf(acceptRole, { organizationId, memberId: ben.memberId }, ben.as)).toBe('ROLE_NOT_OFFERED');
  });

  it('of external exclude the flag billing.pay (ROL-2)', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const eva = await fixture.join(anna, 'external');
    expect(
      await test.codeOf(changeMember, { organizationId, memberId: eva.memberId, flags: ['billing.pay'] }, anna.as),
    ).toBe('FLAG_NOT_ALLOWED');
    expect(
      await test.codeOf(
        inviteMember,
        { organizationId, email: 'ext@example.ch', role: 'external', flags: ['billing.pay'] },
        anna.as,
      ),
    ).toBe('FLAG_NOT_ALLOWED');
  });

  it('of legal representative are not offered to an external', async () => {
    const anna = await fixture.signUp();
    const eva = await fixture.join(anna, 'external');
    expect(
      await test.codeOf(
        changeMember,
        { organizationId: anna.organizationId, memberId: eva.memberId, role: 'legal_representative' },
        anna.as,
      ),
    ).toBe('MEMBERSHIP_REQUIRED_FIRST');
  });

  it('take effect on the next request, and no event is published without a change (C-ROL-11, C-ROL-15)', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const ben = await fixture.join(anna, 'administrator');
    expect(await test.codeOf(listInvitations, { organizationId }, ben.as)).toBe('ok');
    await test.call(changeMember, { organizationId, memberId: ben.memberId, role: 'collaborator' }, anna.as);
    expect(await test.codeOf(listInvitations, { organizationId }, ben.as)).toBe('PERMISSION_DENIED');
    const before = (await test.eventsOf(organizationId)).length;
    await test.call(changeMember, { organizationId, memberId: ben.memberId, role: 'collaborator' }, anna.as);
    expect((await test.eventsOf(organizationId)).length).toBe(before);
  });

  it('are not changed, and members are not removed, with an outdated version', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const ben = await fixture.join(anna, 'collaborator');
    await test.call(
      changeMember,
      { organizationId, memberId: ben.memberId, role: 'administrator', ifMatch: [1] },
      anna.as,
    );
    expect(
      await test.codeOf(
        changeMember,
        { organizationId, memberId: ben.memberId, role: 'collaborator', ifMatch: [1] },
        anna.as,
      ),
    ).toBe('VERSION_MISMATCH');
    const remove = (ifMatch: number[]) =>
      test.codeOf(removeMember, { organizationId, memberId: ben.memberId, ifMatch }, anna.as);
    expect([await remove([1]), await remove([2])]).toEqual(['VERSION_MISMATCH', 'ok']);
  });
});

describe('invitations', () => {
  const invite = (anna: Person, email: string, role: Role = 'collaborator') =>
    test.call(inviteMember, { organizationId: anna.organizationId, email, role }, anna.as);
  const tokenOf = async (anna: Person, invitationId: string) =>
    (
      await test.call(
        getInvitationMail,
        { organizationId: anna.organizationId, invitationId },
        { service: 'reminders' },
      )
    ).token;

  it('create an account for a new person, with the invited role and without an own organization (ORG-1)', async () => {
    const anna = await fixture.signUp();
    const invitation = await invite(anna, 'newcomer@example.ch');
    const token = await tokenOf(anna, invitation.id);
    expect(await test.codeOf(acceptInvitation, { token }, 'nobody')).toBe('ACCOUNT_DETAILS_REQUIRED');
    const accepted = await test.call(acceptInvitation, { token, name: 'New Comer', password }, 'nobody');
    expect((await test.call(listMyOrganizations, {}, { account: accepted.accountId })).data).toMatchObject([
      { organization: { id: anna.organizationId }, role: 'collaborator' },
    ]);
  });

  it('have an invalid old link after they are sent again or cancelled; a member is not invited', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const invitation = await invite(anna, 'resent@example.ch');
    const oldToken = await tokenOf(anna, invitation.id);
    await test.call(resendInvitation, { organizationId, invitationId: invitation.id }, anna.as);
    expect(await test.codeOf(acceptInvitation, { token: oldToken, name: 'N', password }, 'nobody')).toBe(
      'INVITATION_TOKEN_INVALID',
    );
    const token = await tokenOf(anna, invitation.id);
    await test.call(cancelInvitation, { organizationId, invitationId: invitation.id }, anna.as);
    expect(await test.codeOf(acceptInvitation, { token, name: 'N', password }, 'nobody')).toBe(
      'INVITATION_TOKEN_INVALID',
    );
    expect(await test.codeOf(inviteMember, { organizationId, email: anna.email, role: 'collaborator' }, anna.as)).toBe(
      'MEMBER_EXISTS',
    );
  });

  it('are valid for 30 days, and can be sent again after they have expired', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const invitation = await invite(anna, 'late@example.ch');
    const [stored] = await test.rows(
      `update invitation set expires_at = now() - interval '1 second' where id = $1
       returning extract(day from old.expires_at - old.created_at) as days`,
      [toUuid(invitation.id)],
    );
    expect(stored).toEqual({ days: '30' });
    const accept = async () =>
      test.codeOf(acceptInvitation, { token: await tokenOf(anna, invitation.id), name: 'Late', password }, 'nobody');
    expect(await accept()).toBe('INVITATION_EXPIRED');
    await test.call(resendInvitation, { organizationId, invitationId: invitation.id }, anna.as);
    expect(await accept()).toBe('ok');
  });

  it('are sent once when eight requests are concurrent', async () => {
    const anna = await fixture.signUp();
    const codes = await Promise.all(
      Array.from({ length: 8 }, () =>
        test.codeOf(
          inviteMember,
          { organizationId: anna.organizationId, email: 'eight@example.ch', role: 'collaborator' },
          anna.as,
        ),
      ),
    );
    expect(codes.sort()).toEqual([...Array.from({ length: 7 }, () => 'INVITATION_OPEN'), 'ok']);
  });

  it('name only teams of the organization, and the last sender is the inviter (C-ROL-21)', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const ben = await fixture.join(anna, 'administrator');
    const [team, unknownTeam] = [newId('team', new Date()), newId('team', new Date())];
    test.stubbedSnapshots.grants.set(organizationId, { teams: [{ teamId: team, parentId: null, name: 'Web' }] });
    test.snapshotChanged('grants', organizationId);
    const invitationInput = { organizationId, email: 'teams@example.ch', role: 'collaborator' as const };
    await expect(
      test.call(inviteMember, { ...invitationInput, teamIds: [team, unknownTeam] }, anna.as),
    ).rejects.toMatchObject({
      code: 'TEAM_NOT_FOUND',
      errors: [{ pointer: '/teamIds/1' }],
    });
    const { id: invitationId } = await test.call(inviteMember, { ...invitationInput, teamIds: [team] }, anna.as);
    await test.call(resendInvitation, { organizationId, invitationId }, ben.as);
    const { memberId } = await test.call(
      acceptInvitation,
      { token: await tokenOf(anna, invitationId), name: 'Third', password },
      'nobody',
    );
    expect((await test.outbox()).find(({ event }) => event.subject === memberId)).toMatchObject({
      data: { invitationId, invitedBy: ben.accountId, teamIds: [team] },
    });
  });

  it('become invalid when the inviter loses the permission (C-ROL-08)', async () => {
    const anna = await fixture.signUp();
    const ben = await fixture.join(anna, 'legal_representative');
    const invitation = await test.call(
      inviteMember,
      { organizationId: anna.organizationId, email: 'third@example.ch', role: 'legal_representative' },
      ben.as,
    );
    const token = await tokenOf(anna, invitation.id);
    await test.call(
      changeMember,
      { organizationId: anna.organizationId, memberId: ben.memberId, role: 'administrator' },
      anna.as,
    );
    expect(await test.codeOf(acceptInvitation, { token, name: 'Third', password }, 'nobody')).toBe(
      'INVITER_NOT_ALLOWED',
    );
  });

  it('are idempotent with a key, and reject the key for another request', async () => {
    const anna = await fixture.signUp();
    const { organizationId } = anna;
    const options = { idempotencyKey: 'one' };
    const replies = await Promise.all(
      Array.from({ length: 20 }, () =>
        test.codeOf(
          inviteMember,
          { organizationId, email: 'keyed@example.ch', role: 'collaborator' },
          anna.as,
          options,
        ),
      ),
    );
    expect(replies).toContain('ok');
    expect(replies.filter((code) => code !== 'ok' && code !== 'IDEMPOTENCY_KEY_RUNNING')).toEqual([]);
    const first = await test.call(
      inviteMember,
      { organizationId, email: 'keyed@example.ch', role: 'collaborator' },
      anna.as,
      options,
    );
    expect((await test.call(listInvitations, { organizationId }, anna.as)).data).toMatchObject([{ id: first.id }]);
    expect(
      await test.codeOf(
        inviteMember,
        { organizationId, email: 'other@example.ch', role: 'collaborator' },
        anna.as,
        options,
      ),
    ).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(
      await test.codeOf(inviteMember, { organizationId, email: 'keyed@example.ch', role: 'collaborator' }, anna.as),
    ).toBe('INVITATION_OPEN');
  });
});

describe('requests', () => {
  it('with invalid input are rejected with a pointer per error', async () => {
    const anna = await fixture.signUp();
    const call = test.call(createOrganization, { name: '', country: 'Switzerland' }, anna.as);
    await expect(call).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      errors: [{ pointer: '/name' }, { pointer: '/country' }],
    });
  });

  it('require a valid access token', async () => {
    expect(await test.codeOf(getMe, {}, 'nobody')).toBe('SIGN_IN_REQUIRED');
    const withToken = {
      causedBy: {
        token: 'eyJhbGciOiJub25lIn0.e30.',
        requestId: 'r',
        traceparent: undefined,
        language: 'en' as const,
        reason: undefined,
      },
    };
    expect(await test.codeOf(getMe, {}, 'nobody', withToken)).toBe('SIGN_IN_REQUIRED');
  });
});

describe('the clock', () => {
  it('is moved only forward and only by staff', async () => {
    const anna = await fixture.signUp();
    const staff: Caller = { staff: anna.accountId };
    const dayMs = 86_400_000;
    const later = new Date(Date.now() + dayMs).toISOString();
    expect(await test.codeOf(moveClock, { to: later }, anna.as)).toBe('NOT_FOUND');
    await test.call(moveClock, { to: later }, staff);
    expect(Math.abs(test.process.clock.now().getTime() - new Date(later).getTime())).toBeLessThan(5_000);
    expect(await test.codeOf(moveClock, { to: new Date().toISOString() }, staff)).toBe('CLOCK_BACKWARDS');
    expect((await test.call(getClock, {}, 'nobody')).offsetMs).toBeGreaterThan(dayMs - 400_000);
  });

  it('cannot be moved in production', async () => {
    const fixedClock = new Clock(false);
    const commands = new ClockCommands(fixedClock, test.process.registry);
    // The command fails before it uses the context.
    await expect(commands.moveClock({ to: '2030-01-01T00:00:00.000Z' }, {} as CommandContext)).rejects.toMatchObject({
      code: 'CLOCK_FIXED',
    });
  });
});
