import {
  listLiveSupportAccesses,
  listSupportAccesses,
  listSupportActions,
} from '@cordee/contracts/identity/support-access';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { instantOf, uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { findCaller } from '../members/find-caller.ts';
import { selectSupportAccesses } from './view-support-access.ts';

interface ActionRow {
  position: string;
  account_id: string;
  name: string;
  ticket: string | null;
  subject: string;
  about: string[];
  request_id: string;
  at: string;
}

interface LiveAccessRow {
  id: string;
  organization_id: string;
  organization_name: string;
  level: 'read' | 'write';
  with_content: boolean;
  products: { productId: `prd_${string}`; name: string }[] | null;
  reason: string;
  ticket: string | null;
  ends_at: string;
  is_entered: boolean;
}

/** The queries select one row more than a page has. This row shows that there is a next page. */
@Controller()
export class SupportAccessQueries {
  @Handles(listSupportAccesses)
  async listSupportAccesses(
    { organizationId, status, limit, cursor }: Input<typeof listSupportAccesses>,
    context: QueryContext,
  ): Promise<Output<typeof listSupportAccesses>> {
    const { em, now, accountId } = context;
    const [accesses] = await Promise.all([
      selectSupportAccesses(
        em,
        {
          organizationId,
          viewerAccountId: accountId,
          status,
          beforeId: cursor,
          limit: limit + 1,
        },
        now,
      ),
      findCaller(em, organizationId, accountId),
    ]);
    return {
      data: accesses.slice(0, limit),
      nextCursor: accesses.length > limit ? accesses[limit - 1]!.id : null,
    };
  }

  @Handles(listSupportActions)
  async listSupportActions(
    { organizationId, supportAccessId, limit, cursor }: Input<typeof listSupportActions>,
    context: QueryContext,
  ): Promise<Output<typeof listSupportActions>> {
    const { em, now, accountId } = context;
    const [[access], rows] = await Promise.all([
      selectSupportAccesses(em, { organizationId, id: supportAccessId, viewerAccountId: accountId, limit: 1 }, now),
      // Without a cursor, the position is compared with the largest bigint.
      em.execute<ActionRow[]>(
        `select position, account_id, account.name, ticket, subject, about, request_id, at
         from support_action join account on account.id = account_id
         where organization_id = ? and support_access_id = ? and position < coalesce(?::bigint, 9223372036854775807)
         order by position desc limit ?`,
        [toUuid(organizationId), toUuid(supportAccessId), cursor ?? null, limit + 1],
      ),
      findCaller(em, organizationId, accountId),
    ]);
    if (!access) throw new DomainError('SUPPORT_ACCESS_NOT_FOUND');
    return {
      data: rows.slice(0, limit).map((row) => ({
        accountId: toId('acc', row.account_id),
        name: row.name,
        ticket: row.ticket,
        subject: row.subject,
        about: row.about,
        requestId: row.request_id,
        at: instantOf(row.at),
      })),
      nextCursor: rows.length > limit ? rows[limit - 1]!.position : null,
    };
  }

  /**
   * Returns the data that staff need to choose an access. Staff who have not entered an access see nothing else of its
   * organization.
   */
  @Handles(listLiveSupportAccesses)
  async listLiveSupportAccesses(
    { limit, cursor }: Input<typeof listLiveSupportAccesses>,
    { em, now, accountId }: QueryContext,
  ): Promise<Output<typeof listLiveSupportAccesses>> {
    const rows = await em.execute<LiveAccessRow[]>(
      `select id, organization_id, organization.name as organization_name, level, with_content, products,
              reason, ticket, ends_at, exists (
                select from support_entry entry
                where entry.organization_id = access.organization_id and support_access_id = access.id
                  and account_id = ? and left_at is null
              ) as is_entered
       from support_access access join organization using (organization_id)
       where ended_at is null and ends_at > ? and (?::uuid is null or id < ?::uuid)
       order by id desc limit ?`,
      [toUuid(accountId), now, uuidOrNull(cursor), uuidOrNull(cursor), limit + 1],
    );
    const data = rows.slice(0, limit).map((row) => ({
      id: toId('sup', row.id),
      organizationId: toId('org', row.organization_id),
      organizationName: row.organization_name,
      level: row.level,
      withContent: row.with_content,
      products: row.products,
      reason: row.reason,
      ticket: row.ticket,
      endsAt: instantOf(row.ends_at),
      isEntered: row.is_entered,
    }));
    return { data, nextCursor: rows.length > limit ? data.at(-1)!.id : null };
  }
}
