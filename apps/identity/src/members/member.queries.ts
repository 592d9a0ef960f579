import { getMemberSnapshot, listMembers, listRecipients } from '@cordee/contracts/identity/member';
import type { Input, Output } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { Locale } from '@cordee/contracts/values';
import { instantOf } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Controller } from '@nestjs/common';
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
  @Handles(listMembers)
  async listMembers(
    { organizationId }: Input<typeof listMembers>,
    { em }: QueryContext,
  ): Promise<Output<typeof listMembers>> {
    const rows = await selectMembers(em, organizationId);
    return {
      data: rows.map((row) => ({
        id: toId('mem', row.id),
        accountId: toId('acc', row.account_id),
        name: row.name,
        email: row.email,
        role: row.role,
        offeredRole: row.offered_role,
        flags: row.flags,
        isBlocked: row.is_blocked,
        version: row.version,
        createdAt: instantOf(row.created_at),
      })),
    };
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
}

const selectMembers = (em: EntityManager, organizationId: `org_${string}`): Promise<MemberRow[]> =>
  em.execute<MemberRow[]>(
    `select member.id, member.account_id, account.name, account.email, account.locale, member.role, member.offered_role,
            member.flags, member.is_blocked, member.version, member.created_at
     from member join account on account.id = member.account_id
     where member.organization_id = ? order by member.id`,
    [toUuid(organizationId)],
  );
