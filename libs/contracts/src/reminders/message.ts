import * as z from 'zod';
import { event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Instant, LocalDate, MoneyValue, page, pageErrors, pageInput, text } from '../values.ts';

const organizationId = idSchema('org');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', messageId: 'msg_01je5nryg0fgz9y05x3mqpmjrg' };

/** The number of a message, which the recipient can verify: `R-` and ten digits in groups, with a check digit. */
export const ReminderNumber = text(40).meta({ description: 'Number of a message', examples: ['R-4821-0937-51'] });

export const MessageKind = z
  .enum([
    'sign_up_confirmation',
    'account_exists',
    'password_guessing',
    'password_reset',
    'password_changed',
    'invitation',
    'invited_teams_missed',
    'role_changed',
    'role_offered',
    'reminders_switched_on',
    'pro_forma',
    'receipt',
    'document_delivery',
    'document_export',
    'invoice_part_paid',
    'prepaid_credited',
    'card_payment_failed',
    'card_declined',
    'card_authentication_required',
    'card_charged_back',
    'renewal_notice',
    'automatic_renewal_notice',
    'automatic_renewal_failed',
    'warranty_notice',
    'invoice_reminder',
    'invoice_final_reminder',
    'product_blocked',
    'product_in_maintenance',
    'product_unblocked',
    'content_shared',
    'transfer_offered',
    'transfer_accepted',
    'transfer_declined',
    'transfer_expired',
  ])
  .meta({ id: 'MessageKind' });

export const Message = z
  .object({
    id: z
      .union([idSchema('msg'), idSchema('rem')])
      .describe('Id of the message, or of the reminder when it has no message yet'),
    kind: MessageKind,
    channel: z.enum(['mail', 'sms', 'letter', 'call']),
    // The step of the reminder plan, for example `D+3` or `day 0`; `now` for a message without a plan.
    level: z.string(),
    status: z.enum(['planned', 'sent', 'dropped', 'failed']),
    dueAt: Instant,
    sentAt: Instant.nullable(),
    subjectId: z.string().describe('The subject: a document, a product, a resource or the organization'),
    reason: z.string().nullable().describe('Why the message was dropped or failed'),
  })
  .meta({ id: 'Message', description: 'A message to a recipient: planned, sent, dropped or failed' });

export const listMessages = query({
  subject: 'rpc.reminders.message.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/messages' },
  access: 'document:read',
  summary: 'List the messages of an organization in every status, latest due date first',
  description:
    'Managers see all messages. Other people see the messages about documents and renewals, and about the products ' +
    'that they see.',
  input: z.object({ organizationId, ...pageInput }),
  output: page(Message),
  errors: pageErrors,
  example: {
    input: { organizationId: ids.organizationId },
    output: {
      data: [
        {
          id: ids.messageId,
          kind: 'warranty_notice',
          channel: 'mail',
          level: 'day 0',
          status: 'sent',
          dueAt: '2027-01-31T08:00:00.000Z',
          sentAt: '2027-01-31T08:00:03.000Z',
          subjectId: 'inv_01je5nryg0fgz9y05x3mqpmjrg',
          reason: null,
        },
      ],
      nextCursor: null,
    },
  },
});

const Verification = z.object({
  isGenuine: z.boolean(),
  kind: MessageKind.nullable(),
  documentNumber: z.string().nullable(),
  recipient: z.string().nullable(),
  sentAt: Instant.nullable(),
  amount: MoneyValue.nullable(),
  dueOn: LocalDate.nullable(),
  iban: z.string().nullable(),
  reference: z.string().nullable(),
});

export const verifyReminder = query({
  subject: 'rpc.reminders.message.verify.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/reminders/:number/verification' },
  access: 'reminder:verify',
  summary: 'Verify a message by its number',
  description:
    'A caller with the permission to see documents gets the document, recipient, send time, amount, payee and ' +
    'reference. Other people learn only whether the message is genuine.',
  input: z.object({ organizationId, number: ReminderNumber }),
  output: Verification,
  errors: {},
  example: {
    input: { organizationId: ids.organizationId, number: 'R-4821-0937-51' },
    output: {
      isGenuine: true,
      kind: 'warranty_notice',
      documentNumber: 'INV-2027-000002',
      recipient: 'anna@example.ch',
      sentAt: '2027-01-31T08:00:03.000Z',
      amount: { amount: 11_675, currency: 'CHF' },
      dueOn: '2027-03-02',
      iban: 'CH4431999123000889012',
      reference: '000000000000000000000000018',
    },
  },
});

export const verifyReminderAsStaff = query({
  subject: 'rpc.reminders.message.verify_as_staff.v1',
  http: { method: 'GET', path: '/v1/staff/reminders/:number/verification' },
  access: 'staff',
  summary: 'Verify as staff that a message is genuine, without its data',
  input: z.object({ number: ReminderNumber }),
  output: z.object({ isGenuine: z.boolean() }),
  errors: {},
  example: { input: { number: 'R-4821-0937-51' }, output: { isGenuine: true } },
});

export const messageSent = event({
  subject: 'evt.reminders.message.sent.v1',
  summary: 'A message was sent',
  entity: 'messageId',
  data: z.object({
    organizationId: organizationId.nullable(),
    messageId: idSchema('msg'),
    kind: MessageKind,
    channel: z.enum(['mail', 'sms', 'letter', 'call']),
    level: z.string(),
    subjectId: z.string(),
    accountId: idSchema('acc').nullable(),
  }),
  example: {
    ...ids,
    kind: 'warranty_notice',
    channel: 'mail',
    level: 'day 0',
    subjectId: 'inv_01je5nryg0fgz9y05x3mqpmjrg',
    accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  },
});
