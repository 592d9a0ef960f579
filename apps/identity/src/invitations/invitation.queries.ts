import { getInvitationMail, listInvitations, listMyInvitations } from '@cordee/contracts/identity/invitation';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import type { Locale } from '@cordee/contracts/values';
import { instantOf } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import type { Role } from '../members/member.entity.ts';
import { Secrets } from '../secrets.ts';
import { makeInvitationToken } from './invitation-link.ts';
import { Invitation } from './invitation.entity.ts';

interface MailRow {
  email: string;
  locale: Locale;
  role: Role;
  generation: number;
  expires_at: string;
  organization_name: string;
  inviter_email: string;
  is_bound_to_address: boolean;
}

interface OwnInvitationRow {
  organization_id: string;
  id: string;
  generation: number;
  role: Role;
  expires_at: string;
  organization_name: string;
  inviter_email: string;
}

@Controller()
export class InvitationQueries {
  constructor(@Inject(Secrets) private readonly secrets: Secrets) {}

  @Handles(listInvitations)
  async listInvitations(
    { organizationId }: Input<typeof listInvitations>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof listInvitations>> {
    const invitations = await em.find(Invitation, { organizationId }, { orderBy: { id: 'desc' }, limit: 200 });
    return { data: invitations.map((invitation) => invitation.view(now)) };
  }

  @Handles(listMyInvitations)
  async listMyInvitations(
    _: Input<typeof listMyInvitations>,
    { em, now, accountId }: QueryContext,
  ): Promise<Output<typeof listMyInvitations>> {
    const rows = await em.execute<OwnInvitationRow[]>(
      `select invitation.organization_id, invitation.id, invitation.generation, invitation.role, invitation.expires_at,
              organization.name as organization_name, inviter.email as inviter_email
       from account
       join invitation using (email_key)
       join organization using (organization_id)
       join account inviter on inviter.id = invitation.invited_by
       where account.id = ? and invitation.status = 'open' and invitation.expires_at > ?
       order by invitation.id desc limit 100`,
      [toUuid(accountId), now],
    );
    return {
      data: rows.map((row) => ({
        organizationName: row.organization_name,
        inviterEmail: row.inviter_email,
        role: row.role,
        expiresAt: instantOf(row.expires_at),
        token: makeInvitationToken(this.secrets, {
          organizationId: toId('org', row.organization_id),
          invitationId: toId('ivt', row.id),
          generation: row.generation,
        }),
      })),
    };
  }

  @Handles(getInvitationMail)
  async getInvitationMail(
    { organizationId, invitationId }: Input<typeof getInvitationMail>,
    { em }: QueryContext,
  ): Promise<Output<typeof getInvitationMail>> {
    const [row] = await em.execute<MailRow[]>(
      `select invitation.email, invitation.locale, invitation.role, invitation.generation, invitation.expires_at,
              invitation.is_bound_to_address, organization.name as organization_name, inviter.email as inviter_email
       from invitation
       join organization using (organization_id)
       join account inviter on inviter.id = invitation.invited_by
       where organization_id = ? and invitation.id = ? and invitation.status = 'open'`,
      [toUuid(organizationId), toUuid(invitationId)],
    );
    if (!row) throw new DomainError('INVITATION_NOT_FOUND');
    return {
      email: row.email,
      locale: row.locale,
      organizationName: row.organization_name,
      inviterEmail: row.inviter_email,
      isBoundToAddress: row.is_bound_to_address,
      role: row.role,
      token: makeInvitationToken(this.secrets, { organizationId, invitationId, generation: row.generation }),
      expiresAt: instantOf(row.expires_at),
    };
  }
}
