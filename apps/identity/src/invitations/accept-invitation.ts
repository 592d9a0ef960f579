import type { acceptInvitation } from '@cordee/contracts/identity/invitation';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { insertRows } from '@cordee/service/database/insert-rows';
import { sendAhead } from '@cordee/service/database/orm';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import type { Call } from '@cordee/messaging/call';
import type { CommandContext, PreparationContext } from '@cordee/service/handler-decorators';
import { requireRecentSignIn } from '@cordee/service/recent-sign-in';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Account } from '../accounts/account.entity.ts';
import { assertPasswordRules } from '../passwords/password-rules.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { lockAccountsShared } from '../members/account-locks.ts';
import { flagsOfLegalRepresentative, Member } from '../members/member.entity.ts';
import { recordMemberStatusesAhead } from '../members/member-status-history.ts';
import { lockOrganizationSharedAhead } from '../members/organization-locks.ts';
import { lacksSecondFactor } from '../second-factors/lacks-second-factor.ts';
import type { Secrets } from '../secrets.ts';
import { readInvitationToken } from './invitation-token.ts';
import { Invitation } from './invitation.entity.ts';

/**
 * Hashes the password of an invited person who has no account yet. Returns undefined when the acceptance needs no
 * password or will be rejected. A person who is signed in has an account.
 */
export async function hashPasswordOfInvitedPerson(
  { call, read, now }: PreparationContext,
  { token, name, password }: Input<typeof acceptInvitation>,
  { passwords, secrets }: { passwords: Passwords; secrets: Secrets },
): Promise<string | undefined> {
  const { organizationId, invitationId, generation } = readInvitationToken(secrets, token);
  if (signedInAccountIdOf(call) || !name || !password) return undefined;
  const [invitation] = await read((em) => {
    setTenantContext(em, { organizationId });
    return em.execute<{ email: string }[]>(
      `select email from invitation where organization_id = ? and id = ? and generation = ? and status = 'open'
       and expires_at > ? and not exists (select from account where account.email_key = invitation.email_key)`,
      [toUuid(organizationId), toUuid(invitationId), generation, now],
    );
  });
  if (!invitation) return undefined;
  assertPasswordRules(password, { email: invitation.email, name });
  return passwords.hash(password, call.callerAddress);
}

/** Returns undefined when the caller is not signed in. */
const signedInAccountIdOf = ({ actor }: Call): `acc_${string}` | undefined =>
  actor.kind === 'person' ? actor.accountId : undefined;

/**
 * Accepts an invitation by its link. The account of the signed-in caller joins the organization. Without a sign-in, the
 * acceptance creates an account for the invited mail address, because the link proves that the caller reads the mails
 * of this address (ROL-7); the owner of an existing account must sign in. The inviter must still have the permission to
 * invite.
 */
export async function acceptInvitationByToken(
  { em, now, call, publish }: CommandContext,
  input: Input<typeof acceptInvitation>,
  { secrets, passwordHash }: { secrets: Secrets; passwordHash: string | undefined },
): Promise<Output<typeof acceptInvitation>> {
  const { organizationId, invitationId, generation } = readInvitationToken(secrets, input.token);
  const callerId = signedInAccountIdOf(call);
  setTenantContext(em, { organizationId });
  const [invitation, accounts] = await lockInvitationAndFindAccounts(em, { organizationId, invitationId, callerId });
  if (!invitation || invitation.generation !== generation || !['open', 'accepted'].includes(invitation.status))
    throw new DomainError('INVITATION_TOKEN_INVALID');
  const callerAccount = accounts.find(({ id }) => id === callerId);
  if (!callerAccount && accounts.length > 0) throw new DomainError('SIGN_IN_REQUIRED');

  if (invitation.status === 'accepted') {
    // A repeated request of the person who accepted returns the same result while the person is still a member.
    const [id, accountId] = [invitation.joinedMemberId!, callerAccount?.id];
    if (!accountId || !(await em.count(Member, { organizationId, id, accountId })))
      throw new DomainError('INVITATION_TOKEN_INVALID');
    return { accountId, organizationId, memberId: id };
  }
  if (callerAccount && !invitation.mayBeAcceptedBy(callerAccount))
    throw new DomainError('INVITATION_FOR_ANOTHER_ADDRESS');
  // The token may come from `listMyInvitations`, for which an access token is enough.
  if (callerAccount) requireRecentSignIn(call.actor, now);
  if (invitation.hasExpired(now)) throw new DomainError('INVITATION_EXPIRED');
  if (callerAccount) lockAccountsShared(em, [callerAccount.id]);
  lockOrganizationSharedAhead(em, organizationId);
  const [inviter, inviterLacksSecondFactor, membershipCount] = await Promise.all([
    em.findOne(Member, { organizationId, accountId: invitation.invitedBy }, { refresh: true }),
    lacksSecondFactor(em, organizationId, invitation.invitedBy),
    callerAccount ? em.count(Member, { organizationId, accountId: callerAccount.id }) : 0,
  ]);
  if (!inviter || !Invitation.mayInvite(inviter, invitation.role) || inviterLacksSecondFactor)
    throw new DomainError('INVITER_NOT_ALLOWED');
  if (membershipCount > 0) throw new DomainError('MEMBER_EXISTS');

  const account = callerAccount ?? createAccount(em, now, invitation, { ...input, passwordHash });
  const flags =
    invitation.role === 'legal_representative'
      ? [...new Set([...invitation.flags, ...flagsOfLegalRepresentative])]
      : invitation.flags;
  const member = em.create(
    Member,
    {
      organizationId,
      id: newId('mem', now),
      accountId: account.id,
      role: invitation.role,
      flags,
      isBlocked: false,
      createdAt: now,
    },
    { persist: false },
  );
  insertRows(em, [member]);
  recordMemberStatusesAhead(em, organizationId, now);
  invitation.status = 'accepted';
  invitation.joinedMemberId = member.id;
  await publish([...(callerAccount ? [] : [account.created()]), member.added(invitation)]);
  return { accountId: account.id, organizationId, memberId: member.id };
}

/**
 * Locks an invitation. Finds the account with its mail address and the account of the caller, in the same round trip.
 * The lock is sent ahead of both reads, because a concurrent acceptance may have created the account.
 */
async function lockInvitationAndFindAccounts(
  em: EntityManager,
  {
    organizationId,
    invitationId,
    callerId,
  }: { organizationId: `org_${string}`; invitationId: `ivt_${string}`; callerId: `acc_${string}` | undefined },
): Promise<[Invitation | null, Account[]]> {
  const key = [toUuid(organizationId), toUuid(invitationId)];
  sendAhead(em, `select from invitation where organization_id = ? and id = ? for update`, key);
  const [invitation, rows] = await Promise.all([
    em.findOne(Invitation, { organizationId, id: invitationId }),
    em.execute<Record<string, unknown>[]>(
      `select account.* from account where account.id = ? or account.email_key = (
         select email_key from invitation where organization_id = ? and id = ?
       )`,
      [callerId ? toUuid(callerId) : null, ...key],
    ),
  ]);
  return [invitation, rows.map((row) => em.map(Account, row))];
}

/** Inserts the account of an invited person. */
function createAccount(
  em: EntityManager,
  now: Date,
  invitation: Invitation,
  {
    name,
    locale,
    passwordHash,
  }: Pick<Input<typeof acceptInvitation>, 'name' | 'locale'> & {
    passwordHash: string | undefined;
  },
): Account {
  if (!name || !passwordHash) throw new DomainError('ACCOUNT_DETAILS_REQUIRED');
  const account = em.create(
    Account,
    {
      id: newId('acc', now),
      email: invitation.email,
      emailKey: invitation.emailKey,
      name,
      locale: locale ?? invitation.locale,
      passwordHash,
      isStaff: false,
      createdAt: now,
    },
    { persist: false },
  );
  insertRows(em, [account]);
  return account;
}
