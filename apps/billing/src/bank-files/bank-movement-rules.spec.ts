import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  addBankMovementRule,
  changeBankMovementRule,
  listBankMovementRuleChanges,
  listBankMovementRules,
  previewBankMovementRule,
  retireBankMovementRule,
} from '@cordee/contracts/billing/bank-movement-rule';
import type { Input } from '@cordee/contracts/contract';
import { newId, toUuid } from '@cordee/contracts/id';
import { readPages } from '@cordee/testing/read-pages';
import { anna, BillingFixture, staff } from '../../test/billing.fixture.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

const staffId = 'acc_01je5nryg0fgz9y05x3mqpmjrs';
let nextPosition = 100;
type RuleInput = Partial<Input<typeof addBankMovementRule>>;
const inputOf = (fields: RuleInput): Input<typeof addBankMovementRule> => ({
  position: (nextPosition += 1),
  direction: 'credit',
  code: null,
  party: 'Refund Office %',
  account: 'own_movements',
  reason: 'The tax office refunds VAT',
  ...fields,
});
const addRule = (fields: RuleInput = {}) => billing.test.call(addBankMovementRule, inputOf(fields), staff);
const codeOfAdd = (fields: RuleInput, as: Parameters<typeof billing.test.codeOf>[2] = staff) =>
  billing.test.codeOf(addBankMovementRule, inputOf(fields), as);
const listActiveRules = () => readPages(5, (paging) => billing.test.call(listBankMovementRules, paging, staff));
const changesOf = async (ruleId: `bmr_${string}`) =>
  (await billing.test.call(listBankMovementRuleChanges, { ruleId }, staff)).data;
const previewRule = async (fields: Partial<Input<typeof previewBankMovementRule>>) =>
  (
    await billing.test.call(
      previewBankMovementRule,
      { position: 5_000, direction: 'credit' as const, bookings: 'last_files' as const, ...fields },
      staff,
    )
  ).data;
const receiveFrom = async (debtorName: string) => (await billing.receive({ amount: 700, debtorName })).bookings[0]!;

describe('the rules for own movements (PAY-2)', () => {
  it('of a new installation are listed by position, each with its first change', async () => {
    const rules = await listActiveRules();
    expect(rules.map(({ position }) => position)).toEqual([10, 11, 12, 20, 21, 30, 31, 90]);
    expect(await changesOf(rules[0]!.id)).toEqual([
      {
        version: 1,
        kind: 'added',
        values: { position: 10, direction: 'debit', code: '%.CHRG', party: null, account: 'bank_fees' },
        reason: 'rule of the installation',
        changedBy: null,
        changedAt: null,
      },
    ]);
  });

  it('apply to files that are imported after the rule is added and before it is retired', async () => {
    const earlierBooking = await receiveFrom('Refund Office Bern');
    expect(earlierBooking.status).toBe('suspense');
    const rule = await addRule();
    // The notification moves the money of customers; the statement books the own movement.
    expect((await receiveFrom('Refund Office Bern')).status).toBe('ignored');
    expect((await receiveFrom('Another Office')).status).toBe('suspense');
    const retired = await billing.test.call(retireBankMovementRule, { ruleId: rule.id, reason: 'x' }, staff);
    expect(retired).toMatchObject({ version: 2, retiredAt: expect.any(String) });
    expect(await billing.test.call(retireBankMovementRule, { ruleId: rule.id, reason: 'x' }, staff)).toEqual(retired);
    expect((await receiveFrom('Refund Office Bern')).status).toBe('suspense');
    expect((await listActiveRules()).map(({ id }) => id)).not.toContain(rule.id);
    const { data } = await billing.test.call(listBankMovementRules, { state: 'retired' }, staff);
    expect(data.map(({ id }) => id)).toContain(rule.id);
    expect(await billing.test.codeOf(changeBankMovementRule, { ruleId: rule.id, reason: 'x' }, staff)).toBe(
      'BANK_MOVEMENT_RULE_RETIRED',
    );
    // The position is free again.
    expect(await codeOfAdd({ position: rule.position, party: 'Once' })).toBe('ok');
  });

  it('record every change with author and reason, and publish an event without names', async () => {
    const rule = await addRule({ reason: 'first' });
    const change = (fields: object) =>
      billing.test.codeOf(changeBankMovementRule, { ruleId: rule.id, reason: 'second', ...fields }, staff);
    expect(await change({ account: 'card', ifMatch: [1] })).toBe('ok');
    expect(await change({ account: 'interest', ifMatch: [1] })).toBe('VERSION_MISMATCH');
    // Equal values change nothing.
    expect(await change({ account: 'card' })).toBe('ok');
    expect(await changesOf(rule.id)).toMatchObject([
      { version: 2, kind: 'changed', values: { account: 'card' }, reason: 'second', changedBy: staffId },
      { version: 1, kind: 'added', values: { account: 'own_movements' }, reason: 'first' },
    ]);
    const events = await billing.eventsOf(rule.id);
    expect(events.map(({ data }) => [data['kind'], data['version']])).toEqual([
      ['added', 1],
      ['changed', 2],
    ]);
    expect(JSON.stringify(events)).not.toContain('Refund');
    const rows = await billing.test.rows(
      `select count(*)::int as count from bank_movement_rule_change where rule_id = $1`,
      [toUuid(rule.id)],
    );
    expect(rows).toEqual([{ count: 2 }]);
  });

  it('are refused when they would take all payments of customers, or when their position is taken', async () => {
    for (const party of [null, '%', '%%'])
      expect(await codeOfAdd({ party, code: party })).toBe('BANK_MOVEMENT_RULE_TOO_BROAD');
    const rule = await addRule();
    const [position, freePosition] = [rule.position, (nextPosition += 1)];
    expect(await codeOfAdd({ position })).toBe('BANK_MOVEMENT_RULE_POSITION_TAKEN');
    expect((await Promise.all([1, 2, 3].map(() => codeOfAdd({ position: freePosition })))).toSorted()).toEqual([
      'BANK_MOVEMENT_RULE_POSITION_TAKEN',
      'BANK_MOVEMENT_RULE_POSITION_TAKEN',
      'ok',
    ]);
    expect(await billing.test.codeOf(changeBankMovementRule, { ruleId: rule.id, party: '%', reason: 'x' }, staff)).toBe(
      'BANK_MOVEMENT_RULE_TOO_BROAD',
    );
  });

  it('are changed by staff only, after a recent sign-in', async () => {
    const signedInAt = new Date(billing.test.process.clock.now().getTime() - 11 * 60_000);
    expect(await codeOfAdd({}, { staff: staffId, signedInAt })).toBe('INSUFFICIENT_USER_AUTHENTICATION');
    expect(await codeOfAdd({}, anna)).toBe('NOT_FOUND');
    expect(await billing.test.codeOf(listBankMovementRules, {}, anna)).toBe('NOT_FOUND');
    const unknown = { ruleId: newId('bmr', new Date()), reason: 'x' };
    expect(await billing.test.codeOf(retireBankMovementRule, unknown, staff)).toBe('BANK_MOVEMENT_RULE_NOT_FOUND');
    expect(await billing.test.codeOf(changeBankMovementRule, unknown, staff)).toBe('BANK_MOVEMENT_RULE_NOT_FOUND');
  });
});

describe('the preview of a rule', () => {
  it('lists the bookings in suspense, or of the last files, that the rule would match', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const unknown = await receiveFrom('Preview_Office 100 %');
    const { bookings } = await billing.receive({ amount: 900, reference, debtorName: 'Preview Office of a customer' });
    expect(await previewRule({ party: 'preview%office%', bookings: 'suspense' })).toMatchObject([
      { bookingId: unknown.bookingId, status: 'suspense', party: 'Preview_Office 100 %', earlierRuleId: null },
    ]);
    // The rule would also match the payment of a customer.
    expect(
      (await previewRule({ party: 'preview%office%' })).map(({ bookingId, status }) => [bookingId, status]),
    ).toEqual([
      [bookings[0]!.bookingId, 'prepaid'],
      [unknown.bookingId, 'suspense'],
    ]);
    // Only `%` is a wildcard.
    expect(await previewRule({ party: 'preview_office%' })).toHaveLength(1);
    expect(await previewRule({ party: 'preview%office%', direction: 'debit' })).toEqual([]);
  });

  it('compares the bank transaction code, and names an earlier rule that matches too', async () => {
    const code = '<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>SALA</SubFmlyCd></Fmly></Domn></BkTxCd>';
    const file = billing.camt([{ amount: 800, debtorName: 'Code Office' }]);
    await billing.importFile(file.replace('<NtryDtls>', `${code}<NtryDtls>`));
    expect(await previewRule({ party: 'Code Office', code: 'pmnt.%.sala' })).toMatchObject([
      { code: 'PMNT.RCDT.SALA' },
    ]);
    expect(await previewRule({ party: 'Code Office', code: 'XXXX.%' })).toEqual([]);
    const rule = await addRule({ party: 'Code%' });
    expect(await previewRule({ party: 'Code Office' })).toMatchObject([{ earlierRuleId: rule.id }]);
    expect(await previewRule({ party: 'Code Office', position: rule.position })).toMatchObject([
      { earlierRuleId: null },
    ]);
    expect(await previewRule({ party: 'Code Office', ruleId: rule.id })).toMatchObject([{ earlierRuleId: null }]);
  });
});
