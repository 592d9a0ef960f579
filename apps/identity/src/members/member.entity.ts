import { DomainError } from '@cordee/contracts/domain-error';
import {
  memberAdded,
  memberChanged,
  memberRemoved,
  memberRoleOffered,
  type MemberFlag,
  type MemberRole,
} from '@cordee/contracts/identity/member';
import { inputError } from '@cordee/contracts/input-error';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';

export type Role = z.output<typeof MemberRole>;
export type Flag = z.output<typeof MemberFlag>;
type AccountId = `acc_${string}`;

/** What a legal representative has from the start; the reminders of the only one cannot be switched off (ROL-5). */
export const flagsOfLegalRepresentative: readonly Flag[] = [
  'billing.view',
  'billing.pay',
  'reminders.email',
  'reminders.sms',
  'productEvents',
];

export const MemberSchema = defineEntity({
  name: 'Member',
  tableName: 'member',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('mem').primary(),
    accountId: idColumn('acc'),
    role: p.string().$type<Role>(),
    offeredRole: p.string().$type<Role>().nullable(),
    offeredBy: idColumn('acc').nullable(),
    flags: p.array<Flag>(),
    isBlocked: p.boolean(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

/** A person of an organization, with one role; externals too, who are no members in the narrow sense. */
export class Member extends MemberSchema.class {
  isLegalRepresentative(): boolean {
    return this.role === 'legal_representative' && !this.isBlocked;
  }

  /** By an invitation; or with a product, undefined. */
  added(
    invitation: { id: `ivt_${string}`; invitedBy: `acc_${string}`; teamIds: `team_${string}`[] } | undefined,
  ): DomainEvent<typeof memberAdded> {
    return domainEvent(memberAdded, {
      ...this.key(),
      role: this.role,
      invitationId: invitation?.id ?? null,
      invitedBy: invitation?.invitedBy ?? null,
      teamIds: invitation?.teamIds ?? [],
    });
  }

  /** Applies what was asked for; the fact that it caused, or undefined when nothing changes. Making somebody a legal representative only offers the role. */
  change(
    by: Member,
    wanted: { role?: Role | undefined; flags?: Flag[] | undefined; isBlocked?: boolean | undefined },
  ): DomainEvent[] {
    const touchesReserved =
      this.role === 'legal_representative' &&
      (wanted.isBlocked !== undefined || (wanted.role !== undefined && wanted.role !== this.role));
    if ((wanted.role === 'legal_representative' || touchesReserved) && !by.isLegalRepresentative())
      throw new DomainError('ROLE_RESERVED');
    const before = this.standing();
    const facts: DomainEvent[] = [];
    if (wanted.role === 'legal_representative' && this.role !== 'legal_representative') {
      const offered = this.offer(by);
      if (offered) facts.push(offered);
    } else if (wanted.role !== undefined) {
      this.withdrawOffer(by);
      if (wanted.role !== this.role) this.takeRole(wanted.role);
    }
    if (this.role === 'external' && wanted.flags?.includes('billing.pay'))
      throw inputError('FLAG_NOT_ALLOWED', '/flags', 'an external cannot pay');
    if (wanted.flags) this.flags = [...new Set(wanted.flags)];
    if (wanted.isBlocked !== undefined) this.isBlocked = wanted.isBlocked;
    const changed = this.changedSince(before);
    return changed ? [...facts, changed] : facts;
  }

  acceptOfferedRole(offerer: Member | undefined): DomainEvent | undefined {
    if (!this.offeredRole) throw new DomainError('ROLE_NOT_OFFERED');
    if (!offerer?.isLegalRepresentative()) throw new DomainError('ROLE_OFFER_LAPSED');
    const before = this.standing();
    this.takeRole(this.offeredRole);
    return this.changedSince(before);
  }

  /** The only legal representative is always reminded (ROL-5, C-ROL-12). */
  switchRemindersOn(): DomainEvent | undefined {
    if (this.flags.includes('reminders.email')) return undefined;
    const before = this.standing();
    this.flags = [...this.flags, 'reminders.email'];
    return this.changedSince(before);
  }

  removed(): DomainEvent<typeof memberRemoved> {
    return domainEvent(memberRemoved, { ...this.key(), role: this.role });
  }

  /** Offers the role; the same offer by the same person again changes nothing and tells nobody. */
  private offer(by: Member): DomainEvent | undefined {
    if (this.role === 'external') throw new DomainError('MEMBERSHIP_REQUIRED_FIRST');
    if (this.offeredRole === 'legal_representative' && this.offeredBy === by.accountId) return undefined;
    this.offeredRole = 'legal_representative';
    this.offeredBy = by.accountId;
    return domainEvent(memberRoleOffered, { ...this.key(), role: 'legal_representative' });
  }

  /** Whoever asks for another role, the present one included, takes an open offer back. */
  private withdrawOffer(by: Member): void {
    if (!this.offeredRole) return;
    if (!by.isLegalRepresentative()) throw new DomainError('ROLE_RESERVED');
    this.offeredRole = null;
    this.offeredBy = null;
  }

  private takeRole(role: Role): void {
    this.role = role;
    this.offeredRole = null;
    this.offeredBy = null;
    if (role === 'legal_representative') this.flags = [...new Set([...this.flags, ...flagsOfLegalRepresentative])];
    if (role === 'external') this.flags = this.flags.filter((flag) => flag !== 'billing.pay');
  }

  private standing(): { role: Role; flags: Flag[]; isBlocked: boolean } {
    return { role: this.role, flags: [...this.flags], isBlocked: this.isBlocked };
  }

  private changedSince(before: { role: Role; flags: Flag[]; isBlocked: boolean }): DomainEvent | undefined {
    const after = this.standing();
    const isSame =
      before.role === after.role &&
      before.isBlocked === after.isBlocked &&
      [...before.flags].sort().join() === [...after.flags].sort().join();
    return isSame ? undefined : domainEvent(memberChanged, { ...this.key(), before, after });
  }

  private key(): { organizationId: `org_${string}`; memberId: `mem_${string}`; accountId: AccountId } {
    return { organizationId: this.organizationId, memberId: this.id, accountId: this.accountId };
  }
}
MemberSchema.setClass(Member);
