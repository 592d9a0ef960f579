import type { MemberSnapshot } from '@cordee/contracts/identity/member';
import { isManagerRole, supportAccessAllows, permissionRule, type PermissionName } from '@cordee/contracts/permissions';
import { isPermissionInScope, type Scopes } from './scopes.ts';

type AccountId = `acc_${string}`;

export type Person = MemberSnapshot['people'][number];
export type SupportEntry = MemberSnapshot['support'][number];

/** The members of an organization, and the staff under its support accesses. */
export class People {
  private readonly byAccount = new Map<string, Person>();
  private readonly byMember = new Map<string, Person>();
  private readonly managersByMember = new Map<string, Person>();
  private support: readonly SupportEntry[] = [];
  private appliedCount = 0;

  /** A number that changes with the rows: what was derived from the people is valid for one version. */
  get version(): number {
    return this.appliedCount;
  }

  /**
   * Applies rows of identity. First removes the members and support accesses with the ids in `changed`, which is null
   * for a page of a complete snapshot. Returns the accounts whose access may change.
   */
  apply({ changed, people, support }: Pick<MemberSnapshot, 'changed' | 'people' | 'support'>): AccountId[] {
    this.appliedCount += 1;
    const removedIds = new Set(changed);
    const removedPeople = [...removedIds].flatMap((id) => this.byMember.get(id) ?? []);
    for (const { accountId, memberId } of removedPeople) {
      this.byMember.delete(memberId);
      this.managersByMember.delete(memberId);
      this.byAccount.delete(accountId);
    }
    for (const person of people) {
      this.byAccount.set(person.accountId, person);
      this.byMember.set(person.memberId, person);
      if (manages(person)) this.managersByMember.set(person.memberId, person);
    }
    this.support = [...this.support.filter(({ supportAccessId }) => !removedIds.has(supportAccessId)), ...support];
    return [...removedPeople, ...people].map(({ accountId }) => accountId);
  }

  /**
   * The support entries that are active at an instant. A support entry has no effect while the giver of its support
   * access is blocked or lacks a required second factor, and after the giver has left.
   */
  supportEntriesAt(at: number): SupportEntry[] {
    return this.support.filter(
      ({ endsAt, grantedByMemberId }) => Date.parse(endsAt) > at && this.isActive(grantedByMemberId),
    );
  }

  /** The active support entries of a member of staff (SUP-3). */
  supportEntriesOf(accountId: string, at: number): SupportEntry[] {
    return this.support.length === 0 ? [] : this.supportEntriesAt(at).filter((entry) => entry.accountId === accountId);
  }

  find(accountId: string): Person | undefined {
    return this.byAccount.get(accountId);
  }

  /** The person of a membership period. Undefined after the period has ended, even when the person has rejoined. */
  member(memberId: string): Person | undefined {
    return this.byMember.get(memberId);
  }

  all(): Iterable<Person> {
    return this.byAccount.values();
  }

  managers(): Iterable<Person> {
    return this.managersByMember.values();
  }

  get size(): number {
    return this.byAccount.size;
  }

  private isActive(memberId: string): boolean {
    const person = this.byMember.get(memberId);
    return person !== undefined && !denialFor(person);
  }

  /** True when the account has the permission. `scopes`: the scopes of the API token that the account uses. */
  may(accountId: string, permission: PermissionName, scopes?: Scopes): boolean {
    const person = this.byAccount.get(accountId);
    if (!person || denialFor(person) || !isPermissionInScope(scopes, permission)) return false;
    const rule = permissionRule(permission);
    if (rule.roles.includes(person.role)) return true;
    return (
      rule.flag !== undefined &&
      person.flags.includes(rule.flag) &&
      (person.role !== 'external' || rule.flagAppliesToExternals === true)
    );
  }

  /** True when the account may read data under the permission, as a member or under a support access (SUP-3). */
  mayRead(accountId: string, permission: PermissionName, at: Date, scopes?: Scopes): boolean {
    if (!isPermissionInScope(scopes, permission)) return false;
    return (
      this.may(accountId, permission) ||
      this.supportEntriesOf(accountId, at.getTime()).some((entry) => supportAccessAllows(permission, 'query', entry))
    );
  }

  /**
   * True when the account sees all teams. Other accounts see their own teams and the parent teams. Token
   * scopes are not checked here, because the request pipeline has checked the scopes.
   */
  seesAllTeams(accountId: string, at: Date): boolean {
    return this.mayRead(accountId, 'team:manage', at);
  }
}

/** The reason why a member has no rights at all; undefined when the member may have rights (ACC-1). */
export function denialFor({
  isBlocked,
  lacksSecondFactor,
}: Person): 'person_blocked' | 'second_factor_missing' | undefined {
  if (isBlocked) return 'person_blocked';
  return lacksSecondFactor ? 'second_factor_missing' : undefined;
}

export const manages = (person: Person): boolean => isManagerRole(person.role);
