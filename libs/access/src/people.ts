import type { MemberSnapshot } from '@cordee/contracts/identity/member';
import { isManagerRole, maySupport, permissionRule, type PermissionName } from '@cordee/contracts/permissions';
import { isPermissionInScope, type Scopes } from './scopes.ts';

type AccountId = `acc_${string}`;

export type Person = MemberSnapshot['people'][number];
export type SupportEntry = MemberSnapshot['support'][number];

/** Who belongs to an organization, by account, and those of the provider's staff whom it has let in. */
export class People {
  private readonly byAccount = new Map<string, Person>();
  private readonly byMember = new Map<string, Person>();
  private support: readonly SupportEntry[] = [];

  /** Takes rows; `changed` are the members and support accesses whose rows are forgotten before, null when these are all there are. The accounts concerned. */
  take({ changed, people, support }: Pick<MemberSnapshot, 'changed' | 'people' | 'support'>): AccountId[] {
    const gone = new Set(changed);
    const before = [...gone].flatMap((id) => this.byMember.get(id) ?? []);
    for (const { accountId, memberId } of before) {
      this.byMember.delete(memberId);
      this.byAccount.delete(accountId);
    }
    for (const person of people) {
      this.byAccount.set(person.accountId, person);
      this.byMember.set(person.memberId, person);
    }
    this.support = [...this.support.filter(({ supportAccessId }) => !gone.has(supportAccessId)), ...support];
    return [...before, ...people].map(({ accountId }) => accountId);
  }

  /** Those of the provider's staff who are in the organization at an instant; let in by somebody who does not manage it, as long as that person is active there. */
  supportAt(at: number): SupportEntry[] {
    return this.support.filter(
      ({ endsAt, grantedByMemberId }) =>
        Date.parse(endsAt) > at && (grantedByMemberId === null || this.isActive(grantedByMemberId)),
    );
  }

  /** The accesses under which a member of the provider's staff is in the organization at an instant (SUP-3). */
  supportOf(accountId: string, at: number): SupportEntry[] {
    return this.support.length === 0 ? [] : this.supportAt(at).filter((entry) => entry.accountId === accountId);
  }

  find(accountId: string): Person | undefined {
    return this.byAccount.get(accountId);
  }

  /** Somebody in their time in the organization; undefined once they have left, whether or not they are back. */
  member(memberId: string): Person | undefined {
    return this.byMember.get(memberId);
  }

  all(): Iterable<Person> {
    return this.byAccount.values();
  }

  /** Those who manage everything by role. */
  *managers(): Iterable<Person> {
    for (const person of this.byAccount.values()) if (manages(person)) yield person;
  }

  get size(): number {
    return this.byAccount.size;
  }

  private isActive(memberId: string): boolean {
    const person = this.byMember.get(memberId);
    return person !== undefined && !stopOf(person);
  }

  /** Whether a permission of a door is held in the organization; `scopes` are those of the token with which somebody asks for themself. */
  may(accountId: string, permission: PermissionName, scopes?: Scopes): boolean {
    const person = this.byAccount.get(accountId);
    if (!person || stopOf(person) || !isPermissionInScope(scopes, permission)) return false;
    const rule = permissionRule(permission);
    if (rule.roles.includes(person.role)) return true;
    return (
      rule.flag !== undefined &&
      person.flags.includes(rule.flag) &&
      (person.role !== 'external' || rule.external === true)
    );
  }

  /** Whether somebody is shown what the permission lets people see: they hold it, or were let in to look (SUP-3). */
  maySee(accountId: string, permission: PermissionName, at: Date, scopes?: Scopes): boolean {
    if (!isPermissionInScope(scopes, permission)) return false;
    return (
      this.may(accountId, permission) ||
      this.supportOf(accountId, at.getTime()).some((entry) => maySupport(permission, 'query', entry))
    );
  }

  /**
   * Whether somebody is told of all teams, because they manage them or were let in; everybody else of those that they are in and what these stand in
   * (C-TEAM-17). How far somebody sees is a matter of their role: of a token it is asked elsewhere whether it may look at teams at all.
   */
  seesAllTeams(accountId: string, at: Date): boolean {
    return this.maySee(accountId, 'team:manage', at);
  }
}

/** Why somebody who belongs to the organization has no rights in it at all; undefined when nothing stops them (ACC-1). */
export function stopOf({
  isBlocked,
  lacksSecondFactor,
}: Person): 'person_blocked' | 'second_factor_missing' | undefined {
  if (isBlocked) return 'person_blocked';
  return lacksSecondFactor ? 'second_factor_missing' : undefined;
}

/** Whether the person manages everything by role. */
export const manages = (person: Person): boolean => isManagerRole(person.role);
