import type { BankMovementRule } from '@cordee/contracts/billing/bank-movement-rule';
import { toId } from '@cordee/contracts/id';
import { instantOrNull } from '@cordee/service/database/sql-values';
import type * as z from 'zod';
import type { MovementRule } from './own-movement-rules.ts';

type RuleView = z.output<typeof BankMovementRule>;
export type RuleValues = Pick<RuleView, 'position' | 'direction' | 'code' | 'party' | 'account'>;

export interface RuleRow extends RuleValues {
  id: string;
  version: number;
  retired_at: string | null;
}

export const ruleColumnsSql = 'id, position, direction, code, party, account, version, retired_at';

export const valuesOf = ({ position, direction, code, party, account }: RuleValues): RuleValues => ({
  position,
  direction,
  code,
  party,
  account,
});

export const viewRule = (row: RuleRow): RuleView => ({
  id: toId('bmr', row.id),
  ...valuesOf(row),
  version: row.version,
  retiredAt: instantOrNull(row.retired_at),
});

/** True for a rule that matches every incoming payment: it would take the money of customers. */
export const isTooBroad = ({ direction, code, party }: Pick<MovementRule, 'direction' | 'code' | 'party'>): boolean =>
  direction === 'credit' && [code, party].every((pattern) => pattern === null || /^%*$/.test(pattern));
