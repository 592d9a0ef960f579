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

/** The initial flags. The only legal representative cannot switch off `reminders.email` (ROL-5). */
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

/** A person of an organization with one role. Externals are rows of this table too. */
export class Member extends MemberSchema.class {
  /** False while the member is blocked. */
  isLegalRepresentative(): boolean {
    return this.role === 'legal_representative' && !this.isBlocked;
  }

  /** `invitation` is undefined when the person came with a transferred product or created the organization. */
  added(invitation?: {
    id: `ivt_${string}`;
    invitedBy: `acc_${string}`;
    teamIds: `team_${string}`[];
  }): DomainEvent<typeof memberAdded> {
    return domainEvent(memberAdded, {
      ...this.ids(),
      role: this.role,
      invitationId: invitation?.id ?? null,
      invitedBy: invitation?.invitedBy ?? null,
      teamIds: invitation?.teamIds ?? [],
    });
  }

  /**
   * Changes the member and returns the events. A change to the role of legal representative is an offer, which the
   * member must accept. Only a legal representative makes or changes a legal representative (ROL-3).
   */
  change(
    caller: Member,
    changes: { role?: Role | undefined; flags?: Flag[] | undefined; isBlocked?: boolean | undefined },
  ): DomainEvent[] {
    const changesLegalRepresentative =
      this.role === 'legal_representative' &&
      (changes.isBlocked !== undefined ||
        changes.flags !== undefined ||
        (changes.role !== undefined && changes.role !== this.role));
    if ((changes.role === 'legal_representative' || changesLegalRepresentative) && !caller.isLegalRepresentative())
      throw new DomainError('ROLE_RESERVED');
    const before = this.state();
    const events: DomainEvent[] = [];
    if (changes.role === 'legal_representative' && this.role !== 'legal_representative') {
      const offeredEvent = this.offer(caller);
      if (offeredEvent) events.push(offeredEvent);
    } else if (changes.role !== undefined) {
      this.withdrawOffer(caller);
      if (changes.role !== this.role) this.setRole(changes.role);
    }
    if (this.role === 'external' && changes.flags?.includes('billing.pay'))
      throw inputError('FLAG_NOT_ALLOWED', '/flags', 'an external cannot pay');
    if (changes.flags) this.flags = [...new Set(changes.flags)];
    if (changes.isBlocked !== undefined) this.isBlocked = changes.isBlocked;
    const changedEvent = this.changedSince(before);
    return changedEvent ? [...events, changedEvent] : events;
  }

  acceptOfferedRole(offerer: Member | undefined): DomainEvent | undefined {
    if (!this.offeredRole) throw new DomainError('ROLE_NOT_OFFERED');
    if (!offerer?.isLegalRepresentative()) throw new DomainError('ROLE_OFFER_LAPSED');
    const before = this.state();
    this.setRole(this.offeredRole);
    return this.changedSince(before);
  }

  /** The only legal representative always receives reminders (ROL-5). */
  switchRemindersOn(): DomainEvent | undefined {
    if (this.flags.includes('reminders.email')) return undefined;
    const before = this.state();
    this.flags = [...this.flags, 'reminders.email'];
    return this.changedSince(before);
  }

  removed(): DomainEvent<typeof memberRemoved> {
    return domainEvent(memberRemoved, { ...this.ids(), role: this.role });
  }

  /** A repeated offer by the same person changes nothing and publishes no event. */
  private offer(caller: Member): DomainEvent | undefined {
    if (this.role === 'external') throw new DomainError('MEMBERSHIP_REQUIRED_FIRST');
    if (this.offeredRole === 'legal_representative' && this.offeredBy === caller.accountId) return undefined;
    this.offeredRole = 'legal_representative';
    this.offeredBy = caller.accountId;
    return domainEvent(memberRoleOffered, { ...this.ids(), role: 'legal_representative' });
  }

  /** A request for a role other than legal representative withdraws an open offer, even if it is the current role. */
  private withdrawOffer(caller: Member): void {
    if (!this.offeredRole) return;
    if (!caller.isLegalRepresentative()) throw new DomainError('ROLE_RESERVED');
    this.offeredRole = null;
    this.offeredBy = null;
  }

  private setRole(role: Role): void {
    this.role = role;
    this.offeredRole = null;
    this.offeredBy = null;
    if (role === 'legal_representative') this.flags = [...new Set([...this.flags, ...flagsOfLegalRepresentative])];
    if (role === 'external') this.flags = this.flags.filter((flag) => flag !== 'billing.pay');
  }

  private state(): { role: Role; flags: Flag[]; isBlocked: boolean } {
    return { role: this.role, flags: [...this.flags], isBlocked: this.isBlocked };
  }

  private changedSince(before: { role: Role; flags: Flag[]; isBlocked: boolean }): DomainEvent | undefined {
    const after = this.state();
    const isSame =
      before.role === after.role &&
      before.isBlocked === after.isBlocked &&
      [...before.flags].sort().join() === [...after.flags].sort().join();
    return isSame ? undefined : domainEvent(memberChanged, { ...this.ids(), before, after });
  }

  private ids(): { organizationId: `org_${string}`; memberId: `mem_${string}`; accountId: AccountId } {
    return { organizationId: this.organizationId, memberId: this.id, accountId: this.accountId };
  }
}
MemberSchema.setClass(Member);
