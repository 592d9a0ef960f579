import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ifMatch } from '../if-match.ts';
import { Instant, LocalDate, MoneyValue, page, pageErrors, pageInput, text } from '../values.ts';

const ruleId = idSchema('bmr');
const exampleId = 'bmr_01je5nryg0fgz9y05x3mqpmjrg';
const reason = text(500).min(1).describe('The reason, which is stored with the change');

const pattern = (max: number, description: string) =>
  text(max)
    .min(1)
    .nullable()
    .describe(`${description}. \`%\` stands for any text, case is ignored; null for every booking`);
const Direction = z.enum(['credit', 'debit']);

const fields = {
  position: z.int().min(1).max(9_999).describe('The matching rule with the lowest position applies'),
  direction: Direction.describe('`credit`: money that the bank added to the account of the seller'),
  code: pattern(70, 'Pattern of the bank transaction code, for example `PMNT.MCRD.%`'),
  party: pattern(140, 'Pattern of the name of the other party'),
  account: z
    .enum(['bank_fees', 'interest', 'card', 'card_fees', 'own_movements'])
    .describe('The ledger account that the money comes from or goes to'),
};

export const BankMovementRule = z
  .object({
    id: ruleId,
    ...fields,
    version: z.int().describe('Increases with each change'),
    retiredAt: Instant.nullable(),
  })
  .meta({ id: 'BankMovementRule', description: 'Books money of the seller in bank files to a ledger account' });

const exampleFields = {
  position: 30,
  direction: 'credit' as const,
  code: 'PMNT.MCRD.%',
  party: null,
  account: 'card' as const,
};
const example = { id: exampleId, ...exampleFields, version: 1, retiredAt: null };

const notFoundErrors = { BANK_MOVEMENT_RULE_NOT_FOUND: { status: 404, title: 'There is no such rule' } } as const;
const retiredErrors = { BANK_MOVEMENT_RULE_RETIRED: { status: 409, title: 'The rule is retired' } } as const;
const valueErrors = {
  BANK_MOVEMENT_RULE_POSITION_TAKEN: { status: 409, title: 'Another rule has this position' },
  BANK_MOVEMENT_RULE_TOO_BROAD: {
    status: 422,
    title: 'The rule would also match the payments of customers: it needs a code or a party',
  },
} as const;

export const listBankMovementRules = query({
  subject: 'rpc.billing.bank_movement_rule.list.v1',
  http: { method: 'GET', path: '/v1/staff/bank-movement-rules' },
  access: 'staff',
  // PAY-2
  summary: 'List the rules that book the seller’s own money in bank files, by position',
  input: z.object({
    ...pageInput,
    state: z.enum(['active', 'retired']).default('active'),
  }),
  output: page(BankMovementRule),
  errors: pageErrors,
  example: { input: {}, output: { data: [example], nextCursor: null } },
});

export const addBankMovementRule = command({
  subject: 'rpc.billing.bank_movement_rule.add.v1',
  http: { method: 'POST', path: '/v1/staff/bank-movement-rules', status: 201 },
  access: 'staff',
  requiresRecentSignIn: true,
  summary: 'Add a rule for the seller’s own money in bank files',
  description:
    'The rule applies to files that are imported later. Use the preview first: a rule also takes payments of ' +
    'customers that it matches. Bookings that are in suspense stay there.',
  input: z.object({ ...fields, code: fields.code.default(null), party: fields.party.default(null), reason }),
  output: BankMovementRule,
  errors: valueErrors,
  example: { input: { ...exampleFields, reason: 'New card provider' }, output: example },
});

export const changeBankMovementRule = command({
  subject: 'rpc.billing.bank_movement_rule.change.v1',
  http: { method: 'PATCH', path: '/v1/staff/bank-movement-rules/:ruleId' },
  access: 'staff',
  requiresRecentSignIn: true,
  summary: 'Change a rule for later files; omitted fields do not change',
  description: 'The response has an ETag; If-Match rejects the change when the rule was changed meanwhile.',
  input: z.object({ ...z.object(fields).partial().shape, ruleId, reason, ifMatch }),
  output: BankMovementRule,
  errors: { ...notFoundErrors, ...retiredErrors, ...valueErrors },
  example: {
    input: { ruleId: exampleId, position: 35, reason: 'After the rule of the other provider' },
    output: { ...example, position: 35, version: 2 },
  },
});

export const retireBankMovementRule = command({
  subject: 'rpc.billing.bank_movement_rule.retire.v1',
  http: { method: 'POST', path: '/v1/staff/bank-movement-rules/:ruleId/retire' },
  access: 'staff',
  requiresRecentSignIn: true,
  summary: 'Retire a rule: it no longer applies to files that are imported later',
  input: z.object({ ruleId, reason, ifMatch }),
  output: BankMovementRule,
  errors: notFoundErrors,
  example: {
    input: { ruleId: exampleId, reason: 'The contract with the provider has ended' },
    output: { ...example, version: 2, retiredAt: '2026-01-31T09:00:00.000Z' },
  },
});

export const listBankMovementRuleChanges = query({
  subject: 'rpc.billing.bank_movement_rule.list_changes.v1',
  http: { method: 'GET', path: '/v1/staff/bank-movement-rules/:ruleId/changes' },
  access: 'staff',
  summary: 'List the changes of a rule, newest first',
  input: z.object({ ruleId, ...pageInput }),
  output: page(
    z.object({
      version: z.int(),
      kind: z.enum(['added', 'changed', 'retired']),
      values: z.object(fields).describe('The values after the change'),
      reason: z.string(),
      changedBy: idSchema('acc').nullable().describe('Null for a rule of the installation'),
      changedAt: Instant.nullable().describe('Null for a rule of the installation'),
    }),
  ),
  errors: { ...notFoundErrors, ...pageErrors },
  example: {
    input: { ruleId: exampleId },
    output: {
      data: [
        {
          version: 1,
          kind: 'added',
          values: exampleFields,
          reason: 'New card provider',
          changedBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
          changedAt: '2026-01-31T09:00:00.000Z',
        },
      ],
      nextCursor: null,
    },
  },
});

export const previewBankMovementRule = query({
  subject: 'rpc.billing.bank_movement_rule.preview.v1',
  http: { method: 'GET', path: '/v1/staff/bank-movement-rules/preview' },
  access: 'staff',
  // PAY-2
  summary: 'List the bookings that a rule would match, newest first; changes nothing',
  description:
    'Compares the values of a rule, new or changed, with bookings in suspense or with the bookings of the last 20 ' +
    'files. In a file, an entry with several payments is booked by rules only when rules match all its payments.',
  input: z.object({
    position: z.coerce.number().pipe(fields.position),
    direction: fields.direction,
    code: fields.code.default(null),
    party: fields.party.default(null),
    ruleId: ruleId.optional().describe('The rule that the values would replace; it is not compared'),
    bookings: z.enum(['suspense', 'last_files']).default('suspense'),
    ...pageInput,
  }),
  output: page(
    z.object({
      bookingId: idSchema('bkg'),
      bankFileId: idSchema('bkf'),
      status: z.string().describe('What the import did, for example `paid`, `suspense` or `own_movement`'),
      amount: MoneyValue.nullable(),
      amountText: z.string(),
      direction: Direction,
      valueDate: LocalDate.nullable(),
      code: z.string().nullable().describe('Null for bookings that were imported before codes were stored'),
      party: z.string().nullable(),
      text: z.string(),
      earlierRuleId: ruleId.nullable().describe('A rule with a lower position that matches too, and applies'),
    }),
  ),
  errors: pageErrors,
  example: {
    input: { position: 30, direction: 'credit', code: 'PMNT.MCRD.%' },
    output: {
      data: [
        {
          bookingId: 'bkg_01je5nryg0fgz9y05x3mqpmjrg',
          bankFileId: 'bkf_01je5nryg0fgz9y05x3mqpmjrg',
          status: 'suspense',
          amount: { amount: 9_700, currency: 'CHF' },
          amountText: '97.00 CHF',
          direction: 'credit',
          valueDate: '2026-01-31',
          code: 'PMNT.MCRD.POSP',
          party: 'Card Provider AG',
          text: '',
          earlierRuleId: null,
        },
      ],
      nextCursor: null,
    },
  },
});

export const bankMovementRuleChanged = event({
  subject: 'evt.billing.bank_movement_rule.changed.v1',
  summary: 'Staff added, changed or retired a rule for the seller’s own money in bank files',
  entity: 'ruleId',
  data: z.object({
    ruleId,
    version: z.int(),
    kind: z.enum(['added', 'changed', 'retired']),
    position: z.int(),
    direction: Direction,
    account: z.string(),
  }),
  example: {
    ruleId: exampleId,
    version: 1,
    kind: 'added',
    position: 30,
    direction: 'credit',
    account: 'card',
  },
});
