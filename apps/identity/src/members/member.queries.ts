import { AccessCache } from '@cordee/access/access-cache';
import { isPermissionInScope } from '@cordee/access/scopes';
import { getMemberSnapshot, listMembers, listRecipients } from '@cordee/contracts/identity/member';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import type { Locale } from '@cordee/contracts/values';
import { instantOf, uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
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
    { organizationId, limit, cursor }: Input<typeof listMembers>,
    context: QueryContext,
  ): Promise<Output<typeof listMembers>> {
    const after = readCursor(idSchema('mem'), cursor);
    const { accountIds, areFlagsVisible } = await this.visibilityFor(organizationId, context);
    const page = cutPage(
      await selectMembers(context.em, organizationId, { accountIds, after, limit: limit + 1 }),
      limit,
      ({ id }) => toId('mem', id),
    );
    const data = page.rows.map((row) => ({
      id: toId('mem', row.id),
      accountId: toId('acc', row.account_id),
      name: row.name,
      email: row.email,
      role: row.role,
      createdAt: instantOf(row.created_at),
      ...(areFlagsVisible || toId('acc', row.account_id) === context.accountId
        ? { offeredRole: row.offered_role, flags: row.flags, isBlocked: row.is_blocked, version: row.version }
        : {}),
    }));
    return { data, nextCursor: page.nextCursor };
  }

  /** Lists all people, blocked people included: the calling service chooses the recipients of a message. */
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

  /**
   * Returns the accounts that the caller sees (undefined for all), and whether the caller sees the flags of other
   * people. Loads the teams of the organization only for a caller who does not see everybody.
   */
  private async visibilityFor(
    organizationId: `org_${string}`,
    context: QueryContext,
  ): Promise<{ accountIds: ReadonlySet<`acc_${string}`> | undefined; areFlagsVisible: boolean }> {
    if (context.readsWholeOrganization) return { accountIds: undefined, areFlagsVisible: true };
    // The account is read only here, because `accountId` throws for a service token.
    const { accountId, now, scopes } = context;
    const people = await this.access.people(organizationId);
    // With an API token, a manager sees everybody, but the flags of other people only within the scopes of the token.
    if (people.mayRead(accountId, 'member:manage', now))
      return { accountIds: undefined, areFlagsVisible: isPermissionInScope(scopes, 'member:manage') };
    const access = await this.access.forOrganization(organizationId, ['people', 'grants']);
    return { accountIds: access.visiblePeople(accountId, now), areFlagsVisible: false };
  }
}

/** Selects members in the order of their ids; without a filter, all members. */
const selectMembers = (
  em: EntityManager,
  organizationId: `org_${string}`,
  filter: {
    accountIds?: ReadonlySet<`acc_${string}`> | undefined;
    after?: `mem_${string}` | undefined;
    limit?: number;
  } = {},
): Promise<MemberRow[]> => {
  const accountIds = filter.accountIds ? uuidList(filter.accountIds) : null;
  const after = uuidOrNull(filter.after);
  return em.execute<MemberRow[]>(
    `select member.id, member.account_id, account.name, account.email, account.locale, member.role, member.offered_role,
            member.flags, member.is_blocked, member.version, member.created_at
     from member join account on account.id = member.account_id
     where member.organization_id = ? and (?::uuid[] is null or member.account_id = any(?::uuid[]))
       and (?::uuid is null or member.id > ?)
     order by member.id limit ?`,
    [toUuid(organizationId), accountIds, accountIds, after, after, filter.limit ?? null],
  );
};
