import { listEndedSessions, listKeys, listSessions } from '@cordee/contracts/identity/session';
import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import { instantOf, uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import { IdentityConfig } from '../config.ts';
import { acrossAccounts } from '../across-accounts.ts';
import { ACCESS_TOKEN_MS } from './access-tokens.ts';

/** A page has about a third of a mebibyte, because a message on the bus may have at most one mebibyte. */
const ENDED_PAGE_SIZE = 10_000;

@Controller()
export class SessionQueries {
  constructor(@Inject(CONFIG) private readonly config: IdentityConfig) {}

  @Handles(listSessions)
  async listSessions(
    { limit, cursor }: Input<typeof listSessions>,
    { em, call, accountId }: QueryContext,
  ): Promise<Output<typeof listSessions>> {
    const beforeId = uuidOrNull(readCursor(idSchema('ses'), cursor));
    const sessions = await em.execute<{ id: string; created_at: string; last_used_at: string }[]>(
      `select id, created_at, last_used_at from session
       where account_id = ? and ended_at is null and (?::uuid is null or id < ?) order by id desc limit ?`,
      [toUuid(accountId), beforeId, beforeId, limit + 1],
    );
    const { rows, nextCursor } = cutPage(sessions, limit, ({ id }) => toId('ses', id));
    const currentId = call.actor.kind === 'person' ? call.actor.sessionId : undefined;
    return {
      data: rows.map((row) => {
        const id = toId('ses', row.id);
        return {
          id,
          createdAt: instantOf(row.created_at),
          lastUsedAt: instantOf(row.last_used_at),
          isCurrent: id === currentId,
        };
      }),
      nextCursor,
    };
  }

  @Handles(listKeys)
  async listKeys(_: Input<typeof listKeys>): Promise<Output<typeof listKeys>> {
    return this.config.TOKEN_VERIFICATION_KEYS;
  }

  @Handles(listEndedSessions)
  async listEndedSessions(
    { cursor }: Input<typeof listEndedSessions>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof listEndedSessions>> {
    // An additional row shows that there is a next page.
    const rows = await acrossAccounts(em, () =>
      em.execute<{ kind: 'ses' | 'tok'; id: string }[]>(
        `with filter as (select ?::timestamptz as since, ?::uuid as after)
       select 'ses' as kind, id from filter, session where ended_at > since and (after is null or id > after)
       union all
       select 'tok', id from filter, api_token where ended_at > since and (after is null or id > after)
       union all
       select 'tok', id from filter, service_token where ended_at > since and (after is null or id > after)
       order by id limit ?`,
        [new Date(now.getTime() - 2 * ACCESS_TOKEN_MS), uuidOrNull(cursor), ENDED_PAGE_SIZE + 1],
      ),
    );
    const sessionIds = rows.slice(0, ENDED_PAGE_SIZE).map(({ kind, id }) => toId(kind, id));
    return { sessionIds, nextCursor: rows.length > ENDED_PAGE_SIZE ? sessionIds.at(-1)! : null };
  }
}
