import {
  addBankMovementRule,
  bankMovementRuleChanged,
  changeBankMovementRule,
  retireBankMovementRule,
} from '@cordee/contracts/billing/bank-movement-rule';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { assertVersion } from '@cordee/contracts/if-match';
import { domainEvent } from '@cordee/outbox/publish';
import { advisoryLockAhead } from '@cordee/service/database/advisory-lock';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Controller } from '@nestjs/common';
import { isTooBroad, ruleColumnsSql, valuesOf, viewRule, type RuleRow, type RuleValues } from './bank-movement-rule.ts';

/** Staff maintain the rules for the seller's own money in bank files (PAY-2). */
@Controller()
export class BankMovementRuleCommands {
  @Handles(addBankMovementRule)
  async addBankMovementRule(
    { reason, ...values }: Input<typeof addBankMovementRule>,
    context: CommandContext,
  ): Promise<Output<typeof addBankMovementRule>> {
    const rules = await lockRules(context.em);
    assertAllowed(values, rules);
    const row = { id: toUuid(newId('bmr', context.now)), ...values, version: 1, retired_at: null };
    sendAhead(
      context.em,
      `insert into bank_movement_rule (id, position, direction, code, party, account, version)
       values (?, ?, ?, ?, ?, ?, ?)`,
      [row.id, row.position, row.direction, row.code, row.party, row.account, row.version],
    );
    await recordChange(context, 'added', row, reason);
    return viewRule(row);
  }

  @Handles(changeBankMovementRule)
  async changeBankMovementRule(
    { ruleId, reason, ifMatch, ...changes }: Input<typeof changeBankMovementRule>,
    context: CommandContext,
  ): Promise<Output<typeof changeBankMovementRule>> {
    const rules = await lockRules(context.em);
    const before = findRule(rules, ruleId);
    assertVersion(ifMatch, before.version);
    if (before.retired_at !== null) throw new DomainError('BANK_MOVEMENT_RULE_RETIRED');
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const values: RuleValues = { ...valuesOf(before), ...given };
    assertAllowed(
      values,
      rules.filter(({ id }) => id !== before.id),
    );
    if (JSON.stringify(values) === JSON.stringify(valuesOf(before))) return viewRule(before);
    const row = { ...before, ...values, version: before.version + 1 };
    sendAhead(
      context.em,
      `update bank_movement_rule set position = ?, direction = ?, code = ?, party = ?, account = ?, version = ?
       where id = ?`,
      [row.position, row.direction, row.code, row.party, row.account, row.version, row.id],
    );
    await recordChange(context, 'changed', row, reason);
    return viewRule(row);
  }

  @Handles(retireBankMovementRule)
  async retireBankMovementRule(
    { ruleId, reason, ifMatch }: Input<typeof retireBankMovementRule>,
    context: CommandContext,
  ): Promise<Output<typeof retireBankMovementRule>> {
    const before = findRule(await lockRules(context.em), ruleId);
    // A repeated request changes nothing.
    if (before.retired_at !== null) return viewRule(before);
    assertVersion(ifMatch, before.version);
    const row = { ...before, version: before.version + 1, retired_at: context.now.toISOString() };
    sendAhead(context.em, `update bank_movement_rule set retired_at = ?, version = ? where id = ?`, [
      context.now,
      row.version,
      row.id,
    ]);
    await recordChange(context, 'retired', row, reason);
    return viewRule(row);
  }
}

/** Reads all rules. The lock serializes changes, so that two rules cannot get the same position. */
function lockRules(em: EntityManager): Promise<RuleRow[]> {
  advisoryLockAhead(em, 'bank movement rules');
  return em.execute<RuleRow[]>(`select ${ruleColumnsSql} from bank_movement_rule`);
}

function findRule(rules: readonly RuleRow[], ruleId: `bmr_${string}`): RuleRow {
  const rule = rules.find(({ id }) => id === toUuid(ruleId));
  if (!rule) throw new DomainError('BANK_MOVEMENT_RULE_NOT_FOUND');
  return rule;
}

function assertAllowed(values: RuleValues, otherRules: readonly RuleRow[]): void {
  if (isTooBroad(values)) throw new DomainError('BANK_MOVEMENT_RULE_TOO_BROAD');
  if (otherRules.some(({ position, retired_at }) => retired_at === null && position === values.position))
    throw new DomainError('BANK_MOVEMENT_RULE_POSITION_TAKEN');
}

/** Stores the change with its author and reason, and publishes its event, which contains no names of parties. */
async function recordChange(
  { em, now, accountId, publish }: CommandContext,
  kind: 'added' | 'changed' | 'retired',
  row: RuleRow,
  reason: string,
): Promise<void> {
  const { id, version, position, direction, account } = row;
  sendAhead(
    em,
    `insert into bank_movement_rule_change (rule_id, version, kind, values, reason, changed_by, changed_at)
     values (?, ?, ?, ?::jsonb, ?, ?, ?)`,
    [id, version, kind, JSON.stringify(valuesOf(row)), reason, uuidOrNull(accountId), now],
  );
  await publish(
    domainEvent(bankMovementRuleChanged, { ruleId: toId('bmr', id), version, kind, position, direction, account }),
  );
}
