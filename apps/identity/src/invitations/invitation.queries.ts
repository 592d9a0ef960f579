import { getInvitationMail, listInvitations } from '@cordee/contracts/identity/invitation';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import type { Locale } from '@cordee/contracts/values';
import { instantOf } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import type { Role } from '../members/member.entity.ts';
import { Secrets } from '../secrets.ts';
import { INVITATION_LINK } from './accept-invitation.ts';
import { Invitation } from './invitation.entity.ts';

interface MailRow {
  email: string;
  locale: Locale;
  role: Role;
  generation: number;
  expires_at: string;
  organization_name: string;
  inviter_name: string;
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

  @Handles(getInvitationMail)
  async getInvitationMail(
    { organizationId, invitationId }: Input<typeof getInvitationMail>,
    { em }: QueryContext,
  ): Promise<Output<typeof getInvitationMail>> {
    const [row] = await em.execute<MailRow[]>(
      `select invitation.email, invitation.locale, invitation.role, invitation.generation, invitation.expires_at,
              organization.name as organization_name, inviter.name as inviter_name
       from invitation
       join organization using (organization_id)
       join account inviter on inviter.id = invitation.invited_by
       where organization_id = ? and invitation.id = ?`,
      [toUuid(organizationId), toUuid(invitationId)],
    );
    if (!row) throw new DomainError('INVITATION_NOT_FOUND');
    return {
      email: row.email,
      locale: row.locale,
      organizationName: row.organization_name,
      inviterName: row.inviter_name,
      role: row.role,
      token: this.secrets.makeToken(INVITATION_LINK, [organizationId, invitationId], row.generation),
      expiresAt: instantOf(row.expires_at),
    };
  }
}
