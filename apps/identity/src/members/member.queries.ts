import { AccessCache } from '@cordee/access/access-cache';
import { getMemberSnapshot, listMembers, listRecipients } from '@cordee/contracts/identity/member';
import type { Input, Output } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { Locale } from '@cordee/contracts/values';
import { instantOf } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';
import type { Flag, Role } from './member.entity.ts';
import { selectSnapshot } from './select-snapshot.ts';

interface MemberRow {
  id: string;
  account_id: string;
  name: string;
  email: string;
  locale: Locale;
  role: Role;
  offered_role: Role | null;
  flags: Flag[];
  is_blocked: boolean;
  version: number;
  created_at: string;
}

@Controller()
export class MemberQueries {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  @Handles(listMembers)
  async listMembers(
    { organizationId }: Input<typeof listMembers>,
    { em, now, accountId }: QueryContext,
  ): Promise<Output<typeof listMembers>> {
    const [rows, visiblePeople] = await Promise.all([
      selectMembers(em, organizationId),
      this.visiblePeople(organizationId, accountId, now),
    ]);
    const members = rows.map((row) => ({
      id: toId('mem', row.id),
      accountId: toId('acc', row.account_id),
      name: row.name,
      email: row.email,
      role: row.role,
      createdAt: instantOf(row.created_at),
      ...(visiblePeople === undefined || toId('acc', row.account_id) === accountId
        ? { offeredRole: row.offered_role, flags: row.flags, isBlocked: row.is_blocked, version: row.version }
        : {}),
    }));
    return { data: members.filter((member) => visiblePeople?.has(member.accountId) ?? true) };
  }

  @Handles(listRecipients)
  async listRecipients(
    { organizationId }: Input<typeof listRecipients>,
    { em }: QueryContext,
  ): Promise<Output<typeof listRecipients>> {
    const rows = await selectMembers(em, organizationId);
    return {
      data: rows.map((row) => ({
        accountId: toId('acc', row.account_id),
        name: row.name,
        email: row.email,
        locale: row.locale,
        role: row.role,
        flags: row.flags,
        isBlocked: row.is_blocked,
      })),
    };
  }

  @Handles(getMemberSnapshot)
  async getMemberSnapshot(
    input: Input<typeof getMemberSnapshot>,
    { em }: QueryContext,
  ): Promise<Output<typeof getMemberSnapshot>> {
    return selectSnapshot(em, input);
  }

  /** See `OrganizationAccess.visiblePeople`. The teams of the organization are read only when they matter. */
  private async visiblePeople(
    organizationId: `org_${string}`,
    accountId: `acc_${string}`,
    now: Date,
  ): Promise<ReadonlySet<`acc_${string}`> | undefined> {
    const people = await this.access.people(organizationId);
    if (people.mayRead(accountId, 'member:manage', now)) return undefined;
    return (await this.access.forOrganization(organizationId, ['people', 'grants'])).visiblePeople(accountId, now);
  }
}

const selectMembers = (em: EntityManager, organizationId: `org_${string}`): Promise<MemberRow[]> =>
  em.execute<MemberRow[]>(
    `select member.id, member.account_id, account.name, account.email, account.locale, member.role, member.offered_role,
            member.flags, member.is_blocked, member.version, member.created_at
     from member join account on account.id = member.account_id
     where member.organization_id = ? order by member.id`,
    [toUuid(organizationId)],
  );
