import {
  acceptInvitation,
  declineInvitation,
  getInvitationMail,
  inviteMember,
  listInvitations,
  listMyInvitations,
  resendInvitation,
} from '@cordee/contracts/identity/invitation';
import { toUuid } from '@cordee/contracts/id';
import { removeMember } from '@cordee/contracts/identity/member';
import type { Caller } from '@cordee/testing/test-service';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IdentityFixture, password, type Person } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
let anna: Person;
let ben: Person;
let stranger: Person;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
});
afterAll(() => fixture.service.stop());
beforeEach(async () => {
  [anna, ben, stranger] = [await fixture.signUp(), await fixture.signUp('Ben Rossi'), await fixture.signUp('Eva Lang')];
});

let newcomerCount = 0;
const newAddress = (): string => `newcomer-${(newcomerCount += 1)}@example.ch`;
const details = { name: 'New Comer', password };
const invite = (email: string): Promise<string> => fixture.invite(anna, 'collaborator', email);
const inviteAnyAddress = async (email: string): Promise<string> => {
  const { organizationId } = anna;
  const input = { organizationId, email, role: 'collaborator' as const, isBoundToAddress: false };
  const { id: invitationId } = await fixture.service.call(inviteMember, input, anna.as);
  return (await fixture.service.call(getInvitationMail, { organizationId, invitationId }, { service: 'reminders' }))
    .token;
};
const accept = (token: string, as: Caller, input: Partial<typeof details> = {}): Promise<string> =>
  fixture.service.codeOf(acceptInvitation, { token, ...input }, as);
const decline = (token: string, as: Caller = 'nobody'): Promise<string> =>
  fixture.service.codeOf(declineInvitation, { token }, as);
const tokensOfOpenInvitations = async ({ as }: Person): Promise<string[]> =>
  (await fixture.service.call(listMyInvitations, {}, as)).data.map(({ token }) => token);

describe('an invitation for an address with an account', () => {
  it('is accepted only by the person of the account, and the case of the address does not matter', async () => {
    const token = await invite(ben.email.toUpperCase());
    expect(await accept(token, 'nobody')).toBe('SIGN_IN_REQUIRED');
    expect(await accept(token, 'nobody', details)).toBe('SIGN_IN_REQUIRED');
    expect(await accept(token, stranger.as)).toBe('INVITATION_FOR_ANOTHER_ADDRESS');
    expect(await accept(token, anna.as)).toBe('INVITATION_FOR_ANOTHER_ADDRESS');
    expect(await accept(token, ben.as)).toBe('ok');
  });

  it('requires a recent sign-in, because an access token is enough to read the tokens of invitations', async () => {
    await invite(ben.email);
    const [token] = await tokensOfOpenInvitations(ben);
    const signedInAt = new Date(fixture.service.process.clock.now().getTime() - 11 * 60_000);
    expect(await accept(token!, { account: ben.accountId, signedInAt })).toBe('INSUFFICIENT_USER_AUTHENTICATION');
    expect(await accept(token!, ben.as)).toBe('ok');
    // A repeated call changes nothing.
    expect(await accept(token!, { account: ben.accountId, signedInAt })).toBe('ok');
  });

  it('is accepted with another address when the inviter allows it', async () => {
    const token = await inviteAnyAddress(ben.email);
    expect(await accept(token, 'nobody')).toBe('SIGN_IN_REQUIRED');
    expect(await accept(token, anna.as)).toBe('MEMBER_EXISTS');
    expect(await fixture.service.call(acceptInvitation, { token }, stranger.as)).toMatchObject({
      accountId: stranger.accountId,
      organizationId: anna.organizationId,
    });
    expect(await accept(token, ben.as)).toBe('INVITATION_TOKEN_INVALID');
  });
});

describe('people who join an organization', () => {
  it('do not wait for each other', async () => {
    const { database } = fixture.service;
    const token = await invite(ben.email);
    // Another person joins at the same time: the transaction has the lock of an acceptance, and has not committed.
    await database.query('begin');
    await database.query('select from organization where organization_id = $1 for share', [
      toUuid(anna.organizationId),
    ]);
    try {
      expect(await accept(token, ben.as)).toBe('ok');
    } finally {
      await database.query('rollback');
    }
  });

  it('become a member once when two invitations are accepted at the same time', async () => {
    const tokens = [await inviteAnyAddress(newAddress()), await inviteAnyAddress(newAddress())];
    const codes = await Promise.all(tokens.map((token) => accept(token, ben.as)));
    expect(codes.toSorted()).toEqual(['MEMBER_EXISTS', 'ok']);
  });
});

describe('an invitation for an address without an account', () => {
  it('creates the account for a caller who is not signed in, and not for another person', async () => {
    const token = await invite(newAddress());
    expect(await accept(token, stranger.as, details)).toBe('INVITATION_FOR_ANOTHER_ADDRESS');
    expect(await accept(token, 'nobody')).toBe('ACCOUNT_DETAILS_REQUIRED');
    expect(await accept(token, 'nobody', details)).toBe('ok');
  });

  it('is accepted by another person when the inviter allows it, without a new account', async () => {
    const email = newAddress();
    expect(await accept(await inviteAnyAddress(email), stranger.as, details)).toBe('ok');
    expect(await fixture.service.rows(`select from account where email_key = $1`, [email])).toEqual([]);
  });
});

describe('a used link', () => {
  it('gives the first result again, only to the person who accepted and while this person is a member', async () => {
    const email = newAddress();
    const token = await invite(email);
    const accepted = await fixture.service.call(acceptInvitation, { token, ...details }, 'nobody');
    const newcomer = { account: accepted.accountId };
    expect(await accept(token, 'nobody', details)).toBe('SIGN_IN_REQUIRED');
    expect(await accept(token, stranger.as)).toBe('INVITATION_TOKEN_INVALID');
    expect(await accept(token, anna.as)).toBe('INVITATION_TOKEN_INVALID');
    expect(await fixture.service.call(acceptInvitation, { token }, newcomer)).toEqual(accepted);
    const { organizationId, memberId } = accepted;
    await fixture.service.call(removeMember, { organizationId, memberId }, anna.as);
    expect(await accept(token, newcomer)).toBe('INVITATION_TOKEN_INVALID');
  });

  it('has one result when the person accepts several times at the same time', async () => {
    const token = await invite(ben.email);
    const answers = await Promise.all([1, 2, 3].map(() => fixture.service.call(acceptInvitation, { token }, ben.as)));
    expect(new Set(answers.map(({ memberId }) => memberId)).size).toBe(1);
  });
});

describe('the open invitations of a person', () => {
  it('contain the data of the mail, are for the address of the person, and are accepted with their token', async () => {
    await invite(ben.email);
    await invite(newAddress());
    const { data } = await fixture.service.call(listMyInvitations, {}, ben.as);
    expect(data).toMatchObject([{ organizationName: 'Anna Keller', inviterEmail: anna.email, role: 'collaborator' }]);
    expect(await tokensOfOpenInvitations(stranger)).toEqual([]);
    expect(await accept(data[0]!.token, ben.as)).toBe('ok');
    expect(await tokensOfOpenInvitations(ben)).toEqual([]);
  });

  it('contain the newest link of an invitation, and no expired invitation', async () => {
    const token = await invite(ben.email);
    const { organizationId, as } = anna;
    const { data } = await fixture.service.call(listInvitations, { organizationId }, as);
    await fixture.service.call(resendInvitation, { organizationId, invitationId: data[0]!.id }, as);
    const [newToken] = await tokensOfOpenInvitations(ben);
    expect(await accept(token, ben.as)).toBe('INVITATION_TOKEN_INVALID');
    await fixture.service.rows(`update invitation set expires_at = created_at where email_key = $1`, [ben.email]);
    expect(await tokensOfOpenInvitations(ben)).toEqual([]);
    expect(await accept(newToken!, ben.as)).toBe('INVITATION_EXPIRED');
  });
});

describe('an expired invitation', () => {
  it('is cancelled when the person is invited again', async () => {
    await invite(ben.email);
    await fixture.service.rows(`update invitation set expires_at = created_at where email_key = $1`, [ben.email]);
    const newToken = await invite(ben.email);
    const { organizationId, as } = anna;
    const { data } = await fixture.service.call(listInvitations, { organizationId }, as);
    expect(data.map(({ status }) => status)).toEqual(['open', 'cancelled']);
    expect((await fixture.service.eventsOf(data[1]!.id)).map(({ type }) => type)).toEqual([
      'identity.invitation.sent',
      'identity.invitation.cancelled',
    ]);
    expect(await accept(newToken, ben.as)).toBe('ok');
  });
});

describe('declining an invitation', () => {
  it('prevents that it is accepted or sent again; the person can be invited again', async () => {
    const token = await invite(ben.email);
    expect(await decline(token)).toBe('ok');
    expect(await decline(token, ben.as)).toBe('ok');
    expect(await accept(token, ben.as)).toBe('INVITATION_TOKEN_INVALID');
    const { organizationId, as } = anna;
    const [invitation] = (await fixture.service.call(listInvitations, { organizationId }, as)).data;
    expect(invitation).toMatchObject({ status: 'declined' });
    expect(await fixture.service.codeOf(resendInvitation, { organizationId, invitationId: invitation!.id }, as)).toBe(
      'INVITATION_NOT_OPEN',
    );
    expect((await fixture.service.eventsOf(invitation!.id)).map(({ type }) => type)).toContain(
      'identity.invitation.declined',
    );
    expect(await accept(await invite(ben.email), ben.as)).toBe('ok');
  });

  it('is rejected for an accepted invitation and for a wrong token', async () => {
    const token = await invite(ben.email);
    await accept(token, ben.as);
    expect(await decline(token)).toBe('INVITATION_TOKEN_INVALID');
    expect(await decline('x')).toBe('INVITATION_TOKEN_INVALID');
  });
});
