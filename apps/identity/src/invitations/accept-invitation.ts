import type { acceptInvitation } from '@cordee/contracts/identity/invitation';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { insertRows } from '@cordee/service/database/insert-rows';
import { sendAhead } from '@cordee/service/database/orm';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import type { CommandContext, PreparationContext } from '@cordee/service/handler-decorators';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Account } from '../accounts/account.entity.ts';
import { checkPassword, type Passwords } from '../passwords/passwords.ts';
import { lockAccountsShared } from '../members/account-locks.ts';
import { lockOrganizationAhead } from '../members/legal-representatives.ts';
import { flagsOfLegalRepresentative, Member } from '../members/member.entity.ts';
import { lacksSecondFactor, recordMemberStatusesAhead } from '../members/member-status-history.ts';
import type { Secrets } from '../secrets.ts';
import { Invitation } from './invitation.entity.ts';

/** The purpose of the token in an invitation link; see `Secrets.makeToken`. */
export const INVITATION_LINK = 'invitation';

/**
 * Hashes the password of an invited person who has no account yet. Returns undefined when the acceptance needs no
 * password or will be rejected.
 */
export async function hashPasswordOfInvited(
  { call, read, now }: PreparationContext,
  { token, name, password }: Input<typeof acceptInvitation>,
  { passwords, secrets }: { passwords: Passwords; secrets: Secrets },
): Promise<string | undefined> {
  const tokenContent = secrets.readToken(INVITATION_LINK, ['org', 'ivt'], token);
  if (!tokenContent || !name || !password) return undefined;
  const [organizationId, invitationId] = tokenContent.ids;
  const [invitation] = await read((em) => {
    setTenantContext(em, { organizationId });
    return em.execute<{ email: string }[]>(
      `select email from invitation where organization_id = ? and id = ? and generation = ? and status = 'open'
       and expires_at > ? and not exists (select from account where account.email_key = invitation.email_key)`,
      [toUuid(organizationId), toUuid(invitationId), tokenContent.generation, now],
    );
  });
  if (!invitation) return undefined;
  checkPassword(password, { email: invitation.email, name });
  return passwords.hash(password, call.callerAddress);
}

/**
 * Accepts an invitation by its link. The link proves that the person owns the mail address: the account with this
 * address joins the organization. A missing account is created (ROL-7). The inviter must still have the permission to
 * invite (C-ROL-08).
 */
export async function acceptInvitationLink(
  { em, now, publish }: CommandContext,
  input: Input<typeof acceptInvitation>,
  { secrets, passwordHash }: { secrets: Secrets; passwordHash: string | undefined },
): Promise<Output<typeof acceptInvitation>> {
  const tokenContent = secrets.readToken(INVITATION_LINK, ['org', 'ivt'], input.token);
  if (!tokenContent) throw new DomainError('INVITATION_TOKEN_INVALID');
  const [organizationId, invitationId] = tokenContent.ids;
  setTenantContext(em, { organizationId });
  const [invitation, existingAccount] = await lockInvitationAndFindAccount(em, organizationId, invitationId);
  if (!invitation || invitation.generation !== tokenContent.generation || invitation.status === 'cancelled')
    throw new DomainError('INVITATION_TOKEN_INVALID');

  if (invitation.status === 'accepted') {
    // A repeated request returns the same result while the person is still a member.
    if (!existingAccount || !(await em.count(Member, { organizationId, id: invitation.acceptedBy! })))
      throw new DomainError('INVITATION_TOKEN_INVALID');
    return { accountId: existingAccount.id, organizationId, memberId: invitation.acceptedBy! };
  }
  if (invitation.hasExpired(now)) throw new DomainError('INVITATION_EXPIRED');
  if (existingAccount) lockAccountsShared(em, [existingAccount.id]);
  lockOrganizationAhead(em, organizationId);
  const [inviter, inviterLacksSecondFactor] = await Promise.all([
    em.findOne(Member, { organizationId, accountId: invitation.invitedBy }, { refresh: true }),
    lacksSecondFactor(em, organizationId, invitation.invitedBy),
  ]);
  if (!inviter || !Invitation.mayInvite(inviter, invitation.role) || inviterLacksSecondFactor)
    throw new DomainError('INVITER_NOT_ALLOWED');

  const account = existingAccount ?? createAccount(em, now, invitation, { ...input, passwordHash });
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
  invitation.acceptedBy = member.id;
  await publish([...(existingAccount ? [] : [account.created()]), member.added(invitation)]);
  return { accountId: account.id, organizationId, memberId: member.id };
}

/**
 * Locks an invitation and finds the account with its mail address, in one round trip. The account is read after the
 * lock: a concurrent acceptance may have created it.
 */
async function lockInvitationAndFindAccount(
  em: EntityManager,
  organizationId: `org_${string}`,
  invitationId: `ivt_${string}`,
): Promise<[Invitation | null, Account | undefined]> {
  const key = [toUuid(organizationId), toUuid(invitationId)];
  sendAhead(em, `select from invitation where organization_id = ? and id = ? for update`, key);
  const [invitation, [account]] = await Promise.all([
    em.findOne(Invitation, { organizationId, id: invitationId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
    em.execute<Record<string, unknown>[]>(
      `select account.* from account join invitation on invitation.email_key = account.email_key
       where invitation.organization_id = ? and invitation.id = ?`,
      key,
    ),
  ]);
  return [invitation, account && em.map(Account, account)];
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
