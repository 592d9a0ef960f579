import type { AccessCache } from '@cordee/access/access-cache';
import { getPaymentDetails } from '@cordee/contracts/billing/document';
import type { Answer } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { getRecipient, getSignUpMail } from '@cordee/contracts/identity/account';
import { getInvitationMail } from '@cordee/contracts/identity/invitation';
import { listRecipients } from '@cordee/contracts/identity/member';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import type { PermissionName } from '@cordee/contracts/permissions';
import type { Locale } from '@cordee/contracts/values';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { MailValues } from '../compose/compose-mail.ts';
import { NO_ORGANIZATION, PAID, type Kind } from '../plan/reminder.ts';
import { aboutBlock } from './about-block.ts';
import { aboutMissedTeams } from './about-missed-teams.ts';
import { aboutSharedContent } from './about-shared-content.ts';
import { aboutTransferOutcome, outcomeKinds } from './about-transfer-outcome.ts';
import { aboutTransfer } from './about-transfer.ts';
import { isOnlyRepresentative, recipientsOf, seesDocuments, type Holds, type Person } from './recipients.ts';

export interface DueReminder {
  organizationId: `org_${string}`;
  id: `rem_${string}`;
  kind: Kind;
  subjectId: string;
  level: string;
  accountId: `acc_${string}` | undefined;
  facts: Record<string, unknown>;
}

/** One message to be: to whom, and what fills its words. */
export interface Addressed {
  accountId: `acc_${string}` | undefined;
  address: string;
  locale: Locale;
  kind: Kind;
  values: MailValues;
  entries?: readonly MailValues[];
  table?: MailValues;
  link?: string;
}

export interface Sources {
  rpc: RpcClient;
  access: AccessCache;
  consoleUrl: string;
  isFeedFresh: (countedUntil: string | null) => boolean;
  now: Date;
}

/** The organization that a reminder is about, and who belongs to it. */
export interface Setting {
  people: readonly Person[];
  holds: Holds;
  organization: Answer<typeof describeOrganization>;
}

/** Everything that the messages of a reminder say, as it is now; or why there is nothing to say, or not yet. */
export type Details = { messages: Addressed[] } | { drop: string } | { postpone: string };

/** Asks the owners of what the reminder is about. Names and addresses come from identity at the moment they are needed. */
export async function gatherDetails(sources: Sources, reminder: DueReminder): Promise<Details> {
  try {
    if (reminder.organizationId === NO_ORGANIZATION) return await aboutSignUp(sources, reminder);
    if (reminder.kind === 'invitation') return await aboutInvitation(sources, reminder);
    if (reminder.kind === 'transfer_offered') return await aboutTransfer(sources, reminder);
    return await aboutOrganization(sources, reminder);
  } catch (error) {
    // What it was about is gone: that is an answer. Everything else is a failure and comes again.
    if (error instanceof DomainError && error.code.endsWith('_NOT_FOUND')) return { drop: error.code.toLowerCase() };
    throw error;
  }
}

async function aboutSignUp({ rpc, consoleUrl }: Sources, { subjectId }: DueReminder): Promise<Details> {
  const mail = await rpc.call(getSignUpMail, { signUpId: subjectId });
  const kind = mail.kind === 'confirm' ? 'sign_up_confirmation' : 'account_exists';
  return {
    messages: [
      {
        accountId: undefined,
        address: mail.email,
        locale: mail.locale,
        kind,
        values: { name: mail.name },
        ...(mail.token ? { link: `${consoleUrl}/confirm?token=${mail.token}` } : {}),
      },
    ],
  };
}

async function aboutInvitation(
  { rpc, consoleUrl }: Sources,
  { organizationId, subjectId }: DueReminder,
): Promise<Details> {
  const mail = await rpc.call(getInvitationMail, { organizationId, invitationId: subjectId });
  return {
    messages: [
      {
        accountId: undefined,
        address: mail.email,
        locale: mail.locale,
        kind: 'invitation',
        link: `${consoleUrl}/invitation?token=${mail.token}`,
        values: {
          inviter: mail.inviterName,
          organization: mail.organizationName,
          role: mail.role,
          expires: mail.expiresAt.slice(0, 10),
        },
      },
    ],
  };
}

async function aboutOrganization(sources: Sources, reminder: DueReminder): Promise<Details> {
  const { rpc, access, isFeedFresh } = sources;
  const { organizationId, kind, accountId, facts } = reminder;
  const organization = await rpc.call(describeOrganization, { organizationId });
  const by =
    typeof facts['by'] === 'string' && facts['by'].startsWith('acc_')
      ? (await rpc.call(getRecipient, { accountId: facts['by'] })).name
      : organization.name;
  const debt = /^(pfm|inv|crn)_/.test(reminder.subjectId)
    ? await rpc.call(getPaymentDetails, { organizationId, documentId: reminder.subjectId })
    : undefined;
  if (debt && isDunning(reminder)) {
    if (debt.document.open.amount <= 0) return { drop: PAID };
    // No reminder crosses money that is already there, or that the bank has not told of (REM-2).
    if (debt.isCoveredByPrepaid) return { postpone: 'prepaid covers it' };
    if (!isFeedFresh(debt.paymentsKnownUntil)) return { postpone: 'the bank feed is old' };
  }
  const people = (await rpc.call(listRecipients, { organizationId })).data;
  // A dropped reminder does not come again, so recipients are chosen from the newest facts.
  const { people: standing } = await access.fresh(organizationId, ['people']);
  const holds: Holds = (person, permission: PermissionName) => standing.may(person.accountId, permission);
  const setting = { people, holds, organization };
  if (kind === 'product_blocked' || kind === 'product_unblocked') return aboutBlock(sources, reminder, setting);
  if (outcomeKinds.includes(kind)) return aboutTransferOutcome(sources, reminder, setting);
  if (kind === 'invited_teams_missed') return aboutMissedTeams(sources, reminder, setting);
  if (kind === 'content_shared') return aboutSharedContent(sources, reminder, setting);
  const chosen = accountId
    ? people.filter((person) => person.accountId === accountId)
    : recipientsOf(kind, people, holds);
  if (kind === 'reminders_switched_on' && !chosen.every((person) => isOnlyRepresentative(person, people)))
    return { drop: 'there is another legal representative' };
  const values = { ...(facts as MailValues), organization: organization.name, by };
  const table: MailValues = debt
    ? {
        document: debt.document.number,
        amount: debt.document.total,
        ...(debt.document.open.amount > 0
          ? { open: debt.document.open, due: debt.document.dueOn, iban: debt.iban, reference: debt.reference }
          : {}),
        ...(isDunning(reminder) ? { countedUntil: debt.paymentsKnownUntil?.slice(0, 10) } : {}),
      }
    : {};
  return {
    messages: chosen.map((person) => {
      const isShown = seesDocuments(person, holds);
      return {
        accountId: person.accountId,
        address: person.email,
        locale: person.locale,
        kind,
        values: { ...values, name: person.name, document: isShown ? debt?.document.number : organization.name },
        ...(isShown ? { table } : {}),
      };
    }),
  };
}

/** Whether the message asks for money that is late; the notice of the day on which renewal warranty steps in only tells of it. */
const isDunning = ({ kind, level }: DueReminder): boolean =>
  kind === 'invoice_reminder' || kind === 'invoice_final_reminder' || (kind === 'warranty_notice' && level !== 'day 0');
