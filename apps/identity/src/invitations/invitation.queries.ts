import { getInvitationMail, listInvitations } from '@cordee/contracts/identity/invitation';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Account } from '../accounts/account.entity.ts';
import { Organization } from '../organizations/organization.entity.ts';
import { Secrets } from '../secrets.ts';
import { INVITATION_LINK } from './accept-invitation.ts';
import { Invitation } from './invitation.entity.ts';

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
    const invitation = await em.findOne(Invitation, { organizationId, id: invitationId });
    if (!invitation) throw new DomainError('INVITATION_NOT_FOUND');
    const organization = await em.findOneOrFail(Organization, { organizationId });
    const inviter = await em.findOneOrFail(Account, { id: invitation.invitedBy });
    return {
      email: invitation.email,
      locale: invitation.locale,
      organizationName: organization.name,
      inviterName: inviter.name,
      role: invitation.role,
      token: this.secrets.makeToken(INVITATION_LINK, [organizationId, invitationId], invitation.generation),
      expiresAt: invitation.expiresAt.toISOString(),
    };
  }
}
