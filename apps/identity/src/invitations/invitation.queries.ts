import { getInvitationMail, listInvitations, listMyInvitations } from '@cordee/contracts/identity/invitation';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import type { Locale } from '@cordee/contracts/values';
import { instantOf, uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import type { Role } from '../members/member.entity.ts';
import { Secrets } from '../secrets.ts';
import { makeInvitationToken } from './invitation-token.ts';
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
    { organizationId, limit, cursor }: Input<typeof listInvitations>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof listInvitations>> {
    const beforeId = readCursor(idSchema('ivt'), cursor);
    const invitations = await em.find(
      Invitation,
      { organizationId, ...(beforeId ? { id: { $lt: beforeId } } : {}) },
      { orderBy: { id: 'desc' }, limit: limit + 1 },
    );
    const { rows, nextCursor } = cutPage(invitations, limit, ({ id }) => id);
    return { data: rows.map((invitation) => invitation.view(now)), nextCursor };
  }

  @Handles(listMyInvitations)
  async listMyInvitations(
    { limit, cursor }: Input<typeof listMyInvitations>,
    { em, now, accountId }: QueryContext,
  ): Promise<Output<typeof listMyInvitations>> {
    const beforeId = uuidOrNull(readCursor(idSchema('ivt'), cursor));
    const invitations = await em.execute<OwnInvitationRow[]>(
      `select invitation.organization_id, invitation.id, invitation.generation, invitation.role, invitation.expires_at,
              organization.name as organization_name, inviter.email as inviter_email
       from account
       join invitation using (email_key)
       join organization using (organization_id)
       join account inviter on inviter.id = invitation.invited_by
       where account.id = ? and invitation.status = 'open' and invitation.expires_at > ?
         and (?::uuid is null or invitation.id < ?)
       order by invitation.id desc limit ?`,
      [toUuid(accountId), now, beforeId, beforeId, limit + 1],
    );
    const { rows, nextCursor } = cutPage(invitations, limit, ({ id }) => toId('ivt', id));
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
      nextCursor,
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
