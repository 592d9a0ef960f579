import { isManagerRole } from '@cordee/contracts/permissions';
import { DomainError } from '@cordee/contracts/domain-error';
import {
  invitationCancelled,
  invitationDeclined,
  invitationSent,
  type Invitation as InvitationContract,
} from '@cordee/contracts/identity/invitation';
import type { Locale } from '@cordee/contracts/values';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { Account } from '../accounts/account.entity.ts';
import type { Flag, Member, Role } from '../members/member.entity.ts';

const DAY_MS = 86_400_000;
/** The days for which an invitation link is valid. Links for future managers are valid for a shorter time (ROL-7). */
const VALID_DAYS = 30;
const VALID_DAYS_FOR_MANAGERS = 7;

export type InvitationView = z.output<typeof InvitationContract>;

export const InvitationSchema = defineEntity({
  name: 'Invitation',
  tableName: 'invitation',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('ivt').primary(),
    email: p.string(),
    emailKey: p.string(),
    role: p.string().$type<Role>(),
    flags: p.array<Flag>(),
    teamIds: p.array<`team_${string}`>(),
    locale: p.string().$type<Locale>(),
    /** True when only the account of the mail address can accept. */
    isBoundToAddress: p.boolean(),
    status: p.string().$type<'open' | 'accepted' | 'declined' | 'cancelled'>(),
    /** The number of links that were sent. Only the newest link is valid. */
    generation: p.integer(),
    invitedBy: idColumn('acc'),
    /** The member that the acceptance created. */
    joinedMemberId: idColumn('mem').fieldName('accepted_by').nullable(),
    expiresAt: p.datetime(),
    createdAt: p.datetime(),
  },
});

/** An invitation of the owner of a mail address to an organization (ROL-7). */
export class Invitation extends InvitationSchema.class {
  /**
   * Only a legal representative invites a legal representative (ROL-3). The rule is checked when the invitation is
   * sent, sent again, accepted or cancelled.
   */
  static mayInvite(inviter: Member, role: Role): boolean {
    if (inviter.isBlocked) return false;
    return (
      inviter.role === 'legal_representative' || (inviter.role === 'administrator' && role !== 'legal_representative')
    );
  }

  send(now: Date): DomainEvent<typeof invitationSent> {
    this.generation += 1;
    this.expiresAt = new Date(
      now.getTime() + (isManagerRole(this.role) ? VALID_DAYS_FOR_MANAGERS : VALID_DAYS) * DAY_MS,
    );
    return domainEvent(invitationSent, {
      organizationId: this.organizationId,
      invitationId: this.id,
      generation: this.generation,
    });
  }

  cancel(): DomainEvent<typeof invitationCancelled> {
    this.assertOpen();
    this.status = 'cancelled';
    return domainEvent(invitationCancelled, { organizationId: this.organizationId, invitationId: this.id });
  }

  decline(): DomainEvent<typeof invitationDeclined> {
    this.assertOpen();
    this.status = 'declined';
    return domainEvent(invitationDeclined, { organizationId: this.organizationId, invitationId: this.id });
  }

  /** True for the account of the invited mail address, and for every account when the inviter allowed it. */
  mayBeAcceptedBy({ emailKey }: Pick<Account, 'emailKey'>): boolean {
    return !this.isBoundToAddress || emailKey === this.emailKey;
  }

  assertOpen(): void {
    if (this.status !== 'open') throw new DomainError('INVITATION_NOT_OPEN');
  }

  hasExpired(now: Date): boolean {
    return now >= this.expiresAt;
  }

  view(now: Date): InvitationView {
    const { id, email, role, flags, teamIds, isBoundToAddress, expiresAt, createdAt } = this;
    const status = this.status === 'open' && this.hasExpired(now) ? 'expired' : this.status;
    return {
      id,
      email,
      role,
      flags,
      teamIds,
      isBoundToAddress,
      status,
      expiresAt: expiresAt.toISOString(),
      createdAt: createdAt.toISOString(),
    };
  }
}
InvitationSchema.setClass(Invitation);
