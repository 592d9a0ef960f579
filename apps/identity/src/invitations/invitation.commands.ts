import { AccessCache } from '@cordee/access/access-cache';
import {
  acceptInvitation,
  cancelInvitation,
  declineInvitation,
  inviteMember,
  resendInvitation,
} from '@cordee/contracts/identity/invitation';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { inputError } from '@cordee/contracts/input-error';
import { insertRows } from '@cordee/service/database/insert-rows';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import {
  Handles,
  HandlesAfterPreparing,
  type CommandContext,
  type PreparationContext,
  type PreparedWork,
} from '@cordee/service/handler-decorators';
import { CONFIG } from '@cordee/service/service-host';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import { emailKeyOf } from '../accounts/account.entity.ts';
import { keysOfStrangerMail } from '@cordee/service/attempt-limits/mails-to-strangers';
import { lockAttempts, nextAttemptOf, type CountedKey } from '@cordee/service/attempt-limits/attempt-counts';
import type { IdentityConfig } from '../config.ts';
import { Passwords } from '../passwords/passwords.ts';
import { findCaller } from '../members/find-caller.ts';
import { Secrets } from '../secrets.ts';
import { acceptInvitationByToken, hashPasswordOfInvitedPerson } from './accept-invitation.ts';
import { countOrRejectInvitationMail } from './count-or-reject-invitation-mail.ts';
import { readInvitationToken } from './invitation-token.ts';
import { Invitation } from './invitation.entity.ts';

@Controller()
export class InvitationCommands {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(Secrets) private readonly secrets: Secrets,
    @Inject(CONFIG) private readonly config: IdentityConfig,
  ) {}

  @Handles(inviteMember)
  async inviteMember(input: Input<typeof inviteMember>, context: CommandContext): Promise<Output<typeof inviteMember>> {
    const { em, now, accountId, publish } = context;
    const { organizationId, email, role } = input;
    const emailKey = emailKeyOf(email);
    // The teams are checked before the locks, because the check may call the service teams.
    const teamsError = await this.checkTeams(organizationId, input.teamIds).then(
      () => undefined,
      (error: unknown) => error,
    );
    const mailKeys = this.mailKeysOf(context, { organizationId, emailKey });
    lockAttempts(em, mailKeys);
    const [inviter, isMember, openInvitation, nextMailAt] = await Promise.all([
      findCaller(em, organizationId, accountId),
      hasMemberWithAddress(em, organizationId, emailKey),
      em.findOne(Invitation, { organizationId, emailKey, status: 'open' }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
      nextAttemptOf(em, mailKeys),
    ]);
    if (!Invitation.mayInvite(inviter, role)) throw new DomainError('ROLE_RESERVED');
    if (role === 'external' && input.flags.includes('billing.pay'))
      throw inputError('FLAG_NOT_ALLOWED', '/flags', 'an external cannot pay');
    if (teamsError) throw teamsError;
    if (isMember) throw new DomainError('MEMBER_EXISTS');
    if (openInvitation && !openInvitation.hasExpired(now)) throw new DomainError('INVITATION_OPEN');
    countOrRejectInvitationMail(context, mailKeys, nextMailAt);
    if (openInvitation) {
      // The invitation has expired. It must not prevent a new invitation: only one per address can be open.
      await publish(openInvitation.cancel());
      await em.flush();
    }

    const invitation = em.create(
      Invitation,
      {
        organizationId,
        id: newId('ivt', now),
        email,
        emailKey,
        role,
        flags: input.flags,
        teamIds: input.teamIds,
        isBoundToAddress: input.isBoundToAddress,
        locale: input.locale,
        status: 'open',
        // `send` sets the generation and the expiry.
        generation: 0,
        invitedBy: accountId,
        expiresAt: now,
        createdAt: now,
      },
      { persist: false },
    );
    const sentEvent = invitation.send(now);
    // When a concurrent call inserts an invitation first, the unique index makes the request pipeline repeat this call.
    insertRows(em, [invitation]);
    await publish(sentEvent);
    return invitation.view(now);
  }

  @Handles(resendInvitation)
  async resendInvitation(
    { organizationId, invitationId }: Input<typeof resendInvitation>,
    context: CommandContext,
  ): Promise<Output<typeof resendInvitation>> {
    const { em, now, accountId, publish } = context;
    const mailKeys = this.mailKeysOf(context, await findInvitation(em, organizationId, invitationId));
    lockAttempts(em, mailKeys);
    const [invitation, inviter, nextMailAt] = await Promise.all([
      lockInvitation(em, organizationId, invitationId),
      findCaller(em, organizationId, accountId),
      nextAttemptOf(em, mailKeys),
    ]);
    invitation.assertOpen();
    if (!Invitation.mayInvite(inviter, invitation.role)) throw new DomainError('ROLE_RESERVED');
    countOrRejectInvitationMail(context, mailKeys, nextMailAt);
    invitation.invitedBy = accountId;
    await publish(invitation.send(now));
    return invitation.view(now);
  }

  @Handles(cancelInvitation)
  async cancelInvitation(
    { organizationId, invitationId }: Input<typeof cancelInvitation>,
    { em, accountId, publish }: CommandContext,
  ): Promise<Output<typeof cancelInvitation>> {
    const [invitation, caller] = await Promise.all([
      lockInvitation(em, organizationId, invitationId),
      findCaller(em, organizationId, accountId),
    ]);
    if (!Invitation.mayInvite(caller, invitation.role)) throw new DomainError('ROLE_RESERVED');
    if (invitation.status !== 'cancelled') await publish(invitation.cancel());
    return {};
  }

  @HandlesAfterPreparing(acceptInvitation)
  async acceptInvitation(
    input: Input<typeof acceptInvitation>,
    preparation: PreparationContext,
  ): Promise<PreparedWork<typeof acceptInvitation>> {
    const { passwords, secrets } = this;
    const passwordHash = await hashPasswordOfInvitedPerson(preparation, input, { passwords, secrets });
    return (context) => acceptInvitationByToken(context, input, { secrets, passwordHash });
  }

  @Handles(declineInvitation)
  async declineInvitation(
    { token }: Input<typeof declineInvitation>,
    { em, publish }: CommandContext,
  ): Promise<Output<typeof declineInvitation>> {
    const { organizationId, invitationId, generation } = readInvitationToken(this.secrets, token);
    setTenantContext(em, { organizationId });
    const key = { organizationId, id: invitationId };
    const invitation = await em.findOne(Invitation, key, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (invitation?.generation !== generation) throw new DomainError('INVITATION_TOKEN_INVALID');
    if (invitation.status === 'declined') return {};
    if (invitation.status !== 'open') throw new DomainError('INVITATION_TOKEN_INVALID');
    await publish(invitation.decline());
    return {};
  }

  private mailKeysOf(
    { accountId, call: { callerAddress } }: CommandContext,
    { organizationId, emailKey }: Pick<Invitation, 'organizationId' | 'emailKey'>,
  ): CountedKey[] {
    const caller = { callerAddress, mailsPerNetwork: this.config.MAILS_PER_NETWORK };
    const hash = (purpose: string, value: string): string => this.secrets.hash(purpose, value);
    return keysOfStrangerMail(hash, 'invitation', { emailKey, accountId, organizationId }, caller);
  }

  /** Rejects unknown teams. A team that is deleted later is reported when the invitation is accepted. */
  private async checkTeams(organizationId: `org_${string}`, teamIds: readonly `team_${string}`[]): Promise<void> {
    if (teamIds.length === 0) return;
    const { teams } = (await this.access.forOrganization(organizationId, ['grants'])).grants;
    const unknownPointers = teamIds.flatMap((teamId, index) => (teams.find(teamId) ? [] : [`/teamIds/${index}`]));
    if (unknownPointers.length > 0)
      throw inputError('TEAM_NOT_FOUND', unknownPointers, 'is not a team of this organization');
  }
}

async function findInvitation(
  em: EntityManager,
  organizationId: `org_${string}`,
  id: `ivt_${string}`,
): Promise<Invitation> {
  return requireInvitation(await em.findOne(Invitation, { organizationId, id }));
}

async function lockInvitation(
  em: EntityManager,
  organizationId: `org_${string}`,
  id: `ivt_${string}`,
): Promise<Invitation> {
  return requireInvitation(
    await em.findOne(Invitation, { organizationId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
  );
}

function requireInvitation(invitation: Invitation | null): Invitation {
  if (!invitation) throw new DomainError('INVITATION_NOT_FOUND');
  return invitation;
}

/** True when the owner of the mail address is a member. */
async function hasMemberWithAddress(
  em: EntityManager,
  organizationId: `org_${string}`,
  emailKey: string,
): Promise<boolean> {
  const [member] = await em.execute<unknown[]>(
    `select from member join account on account.id = member.account_id
     where member.organization_id = ? and account.email_key = ?`,
    [toUuid(organizationId), emailKey],
  );
  return member !== undefined;
}
