import {
  listBankMovementRuleChanges,
  listBankMovementRules,
  previewBankMovementRule,
} from '@cordee/contracts/billing/bank-movement-rule';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { idOrNull, instantOrNull, uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller } from '@nestjs/common';
import * as z from 'zod';
import { matchesRule } from './own-movement-rules.ts';
import { ruleColumnsSql, viewRule, type RuleRow, type RuleValues } from './bank-movement-rule.ts';

/** The number of files whose bookings a preview compares. */
const PREVIEWED_FILES = 20;
/** The sort key of a rule: retired rules may have the same position. */
const RuleCursor = z.tuple([z.int32(), idSchema('bmr')]);

interface ChangeRow {
  version: number;
  kind: 'added' | 'changed' | 'retired';
  values: RuleValues;
  reason: string;
  changed_by: string | null;
  changed_at: string | null;
}

interface BookingRow {
  id: string;
  bank_file_id: string;
  status: string;
  amount: string | null;
  currency: Currency | null;
  amount_text: string;
  direction: 'credit' | 'debit';
  value_on: string | null;
  code: string | null;
  debtor_name: string | null;
  text: string;
}

@Controller()
export class BankMovementRuleQueries {
  @Handles(listBankMovementRules)
  async listBankMovementRules(
    { state, limit, cursor }: Input<typeof listBankMovementRules>,
    { em }: QueryContext,
  ): Promise<Output<typeof listBankMovementRules>> {
    const [afterPosition, afterId] = readCursor(RuleCursor, cursor) ?? [];
    const rules = await em.execute<RuleRow[]>(
      `select ${ruleColumnsSql} from bank_movement_rule
       where (retired_at is null) = ? and (?::integer is null or (position, id) > (?::integer, ?::uuid))
       order by position, id limit ?`,
      [state === 'active', afterPosition ?? null, afterPosition ?? null, uuidOrNull(afterId), limit + 1],
    );
    const { rows, nextCursor } = cutPage(rules, limit, ({ position, id }) => [position, toId('bmr', id)]);
    return { data: rows.map(viewRule), nextCursor };
  }

  @Handles(listBankMovementRuleChanges)
  async listBankMovementRuleChanges(
    { ruleId, limit, cursor }: Input<typeof listBankMovementRuleChanges>,
    { em }: QueryContext,
  ): Promise<Output<typeof listBankMovementRuleChanges>> {
    const beforeVersion = readCursor(z.int32(), cursor) ?? null;
    const [[rule], changes] = await Promise.all([
      em.execute<unknown[]>(`select 1 from bank_movement_rule where id = ?`, [toUuid(ruleId)]),
      em.execute<ChangeRow[]>(
        `select version, kind, values, reason, changed_by, changed_at from bank_movement_rule_change
         where rule_id = ? and (?::integer is null or version < ?::integer) order by version desc limit ?`,
        [toUuid(ruleId), beforeVersion, beforeVersion, limit + 1],
      ),
    ]);
    if (!rule) throw new DomainError('BANK_MOVEMENT_RULE_NOT_FOUND');
    const { rows, nextCursor } = cutPage(changes, limit, ({ version }) => version);
    return {
      data: rows.map(({ version, kind, values, reason, changed_by, changed_at }) => ({
        version,
        kind,
        values,
        reason,
        changedBy: idOrNull('acc', changed_by),
        changedAt: instantOrNull(changed_at),
      })),
      nextCursor,
    };
  }

  @Handles(previewBankMovementRule)
  async previewBankMovementRule(
    { position, direction, code, party, ruleId, bookings, limit, cursor }: Input<typeof previewBankMovementRule>,
    { em }: QueryContext,
  ): Promise<Output<typeof previewBankMovementRule>> {
    const beforeId = uuidOrNull(readCursor(idSchema('bkg'), cursor));
    const scopeSql =
      bookings === 'suspense'
        ? `status = 'suspense' and not exists (select from suspense_resolution where booking_id = booking.id)`
        : `bank_file_id in (select id from bank_file order by imported_at desc limit ${PREVIEWED_FILES})`;
    const [matches, rules] = await Promise.all([
      em.execute<BookingRow[]>(
        `select id, bank_file_id, status, amount, currency, amount_text, direction, value_on::text, code, debtor_name,
                text
         from bank_booking booking
         where ${scopeSql} and direction = ? and not is_reversal
           and (?::text is null or coalesce(code, '') ilike ?)
           and (?::text is null or coalesce(debtor_name, '') ilike ?)
           and (?::uuid is null or id < ?::uuid)
         order by id desc limit ?`,
        [direction, code, likePatternOf(code), party, likePatternOf(party), beforeId, beforeId, limit + 1],
      ),
      em.execute<RuleRow[]>(
        `select ${ruleColumnsSql} from bank_movement_rule where retired_at is null and position < ? order by position`,
        [position],
      ),
    ]);
    const earlierRules = rules.filter(({ id }) => id !== uuidOrNull(ruleId));
    const { rows, nextCursor } = cutPage(matches, limit, ({ id }) => toId('bkg', id));
    return {
      data: rows.map((row) => ({
        bookingId: toId('bkg', row.id),
        bankFileId: toId('bkf', row.bank_file_id),
        status: row.status,
        amount: row.amount !== null && row.currency ? { amount: Number(row.amount), currency: row.currency } : null,
        amountText: row.amount_text,
        direction: row.direction,
        valueDate: row.value_on,
        code: row.code,
        party: row.debtor_name,
        text: row.text,
        earlierRuleId: earlierRuleIdOf(earlierRules, row),
      })),
      nextCursor,
    };
  }
}

/** Returns the first of the rules, which are sorted by position, that matches a booking. */
function earlierRuleIdOf(
  rules: readonly RuleRow[],
  { direction, code, debtor_name }: BookingRow,
): `bmr_${string}` | null {
  const rule = rules.find((each) => matchesRule(each, { direction, isReversal: false, code, party: debtor_name }));
  return rule ? toId('bmr', rule.id) : null;
}

/** In the patterns of rules, only `%` is a wildcard. */
const likePatternOf = (pattern: string | null): string | null => pattern?.replaceAll(/[\\_]/g, String.raw`\$&`) ?? null;
