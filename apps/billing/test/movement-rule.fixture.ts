import {
  addBankMovementRule,
  changeBankMovementRule,
  listBankMovementRules,
  retireBankMovementRule,
} from '@cordee/contracts/billing/bank-movement-rule';
import { staff, type BillingFixture } from './billing.fixture.ts';

/** The ledger account of a rule; null without a rule. */
export type RuledAccount = 'interest' | 'own_movements' | null;
let nextPosition = 1_000;

/** Adds, changes or retires the rule for credits of a party. */
export async function setMovementRule(billing: BillingFixture, party: string, account: RuledAccount): Promise<void> {
  const { data } = await billing.test.call(listBankMovementRules, { limit: 200 }, staff);
  const rule = data.find((each) => each.party === party);
  const reason = 'x';
  if (account === null) await (rule && billing.test.call(retireBankMovementRule, { ruleId: rule.id, reason }, staff));
  else if (rule) await billing.test.call(changeBankMovementRule, { ruleId: rule.id, account, reason }, staff);
  else
    await billing.test.call(
      addBankMovementRule,
      { position: (nextPosition += 1), direction: 'credit', code: null, party, account, reason },
      staff,
    );
}
