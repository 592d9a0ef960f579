import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { LocalDate, text } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import type { BankFileOutline, BankFileRemark, BankStatement } from './bank-file.ts';
import type { StaffReason } from './resolve-suspense.ts';

/** A statement that does not continue the statement before it. */
export interface StatementGap {
  readonly account: string;
  readonly currency: string;
  /** The closing date of the last statement before the gap. */
  readonly after: string;
  /** The closing date of the first statement after the gap. */
  readonly before: string;
}

interface GapRow {
  account: string;
  currency: string;
  gap_after: string;
  closing_on: string;
}

/** The account or the currency of a bank file. */
const GapText = text(500);
/** The sort key of gaps, which identifies a gap: its first date, the account and the currency. */
export const GapKey = z.tuple([LocalDate, GapText, GapText]);
const MAX_GAP_REMARKS = 200;

/** Reads the gaps that nobody has accepted, the oldest first. `afterKey` is the sort key of the previous gap. */
export async function readGaps(
  em: EntityManager,
  { limit, afterKey }: { limit: number; afterKey?: z.output<typeof GapKey> | undefined },
): Promise<StatementGap[]> {
  const [gapAfter, account, currency] = afterKey ?? [];
  const rows = await em.execute<GapRow[]>(
    `select account, currency, gap_after::text, min(closing_on)::text as closing_on from bank_statement
     where gap_after is not null and accepted_at is null
       and (?::date is null or (gap_after, account, currency) > (?::date, ?, ?))
     group by account, currency, bank_statement.gap_after
     order by bank_statement.gap_after, account, currency limit ?`,
    [gapAfter ?? null, gapAfter ?? null, account ?? null, currency ?? null, limit],
  );
  return rows.map(viewGap);
}

const viewGap = ({ account, currency, gap_after, closing_on }: GapRow): StatementGap => ({
  account,
  currency,
  after: gap_after,
  before: closing_on,
});

/**
 * Stores the balances of account statements and recomputes the gaps of their accounts: files come in any order, so a
 * file may close a gap (PAY-2). For a file with statements, returns a remark for each open gap of all accounts.
 */
export async function recordStatements(
  em: EntityManager,
  fileId: `bkf_${string}`,
  { kind, statements }: BankFileOutline,
): Promise<BankFileRemark[]> {
  const rows = kind === '053' ? statements.flatMap(rowsOf) : [];
  if (rows.length === 0) return [];
  sendAhead(
    em,
    `insert into bank_statement as stored (account, currency, key, sequence, opening, closing, closing_on, bank_file_id)
     select account, currency, key, max(sequence), max(opening), max(closing), max("closingOn"), ?
     from jsonb_to_recordset(?::jsonb) as row (
       account text, currency text, key text, sequence integer, opening bigint, closing bigint, "closingOn" date
     )
     group by account, currency, key
     on conflict (account, currency, key) do update set
       opening = coalesce(stored.opening, excluded.opening),
       closing = coalesce(stored.closing, excluded.closing),
       closing_on = coalesce(stored.closing_on, excluded.closing_on)`,
    [toUuid(fileId), JSON.stringify(rows)],
  );
  const accounts = JSON.stringify([...new Set(rows.map(({ account }) => account))]);
  // A statement has a gap before it when its opening balance differs from the last closing balance, or when a number of
  // the same year is missing: a new year may start again at 1. Some banks give a statement another id when they send it
  // again: a copy has no gap.
  sendAhead(
    em,
    `with statement as (
       select *, row_number() over (
         partition by account, currency, closing_on, sequence, opening, closing order by key
       ) as copy
       from bank_statement
       where account in (select jsonb_array_elements_text(?::jsonb)) and opening is not null and closing is not null
     )
     update bank_statement target set gap_after = computed.gap_after
     from (
       select account, currency, key, case
                when lag(closing) over statements <> opening
                  or (sequence > lag(sequence) over statements + 1
                      and date_part('year', closing_on) = date_part('year', lag(closing_on) over statements))
                then lag(closing_on) over statements end as gap_after
       from statement where copy = 1
       window statements as (partition by account, currency order by closing_on, sequence nulls first, key)
       union all
       select account, currency, key, null from statement where copy > 1
     ) computed
     where target.account = computed.account and target.currency = computed.currency and target.key = computed.key
       and target.gap_after is distinct from computed.gap_after`,
    [accounts],
  );
  return (await readGaps(em, { limit: MAX_GAP_REMARKS })).map(({ account, currency, after, before }) => ({
    code: 'STATEMENT_GAP',
    pointer: '',
    detail: `statements of ${account} in ${currency} are missing between ${after} and ${before}`,
  }));
}

/** Accepts a gap. A gap that is accepted again keeps its first reason. Throws STATEMENT_GAP_NOT_FOUND. */
export async function acceptGap(
  em: EntityManager,
  { account, currency, after }: Pick<StatementGap, 'account' | 'currency' | 'after'>,
  { accountId, reason }: StaffReason,
  now: Date,
): Promise<StatementGap> {
  const [row] = await em.execute<GapRow[]>(
    `update bank_statement set
       accepted_reason = coalesce(accepted_reason, ?), accepted_by = coalesce(accepted_by, ?),
       accepted_at = coalesce(accepted_at, ?)
     where account = ? and currency = ? and gap_after = ?
     returning account, currency, gap_after::text, closing_on::text`,
    [reason, toUuid(accountId), now, account, currency, after],
  );
  if (!row) throw new DomainError('STATEMENT_GAP_NOT_FOUND');
  return viewGap(row);
}

interface StatementRow {
  readonly account: string;
  readonly currency: string;
  readonly key: string;
  readonly sequence: number | undefined;
  readonly opening: number | undefined;
  readonly closing: number | undefined;
  readonly closingOn: string | undefined;
}

/**
 * The key of a complete statement contains the balances, because some banks give several statements the same id. The
 * pages of a statement have the same key, so that their rows are merged.
 */
function rowsOf({ id, account, sequence, balances }: BankStatement): StatementRow[] {
  const { closing } = balances;
  const currency = closing?.currency ?? balances.opening?.currency;
  if (currency === undefined) return [];
  const opening = balances.opening?.currency === currency ? balances.opening : undefined;
  const isComplete = opening !== undefined && closing !== undefined;
  const key = [id, sequence ?? '', ...(isComplete ? [opening.amount, closing.amount, closing.date] : [])].join('/');
  return [
    {
      account,
      currency,
      key,
      sequence,
      opening: opening?.amount,
      closing: closing?.amount,
      closingOn: closing?.date,
    },
  ];
}
