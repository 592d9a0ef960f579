import type { listRecipients } from '@cordee/contracts/identity/member';
import type { Answer } from '@cordee/contracts/contract';
import type { PermissionName } from '@cordee/contracts/permissions';
import { cardKinds, type ReminderKind } from '../plan/reminder.ts';

export type Person = Answer<typeof listRecipients>['data'][number];
export type HasPermission = (person: Person, permission: PermissionName) => boolean;

/** Kinds that cannot be switched off (RMD-1). */
const mandatoryKinds: readonly ReminderKind[] = ['warranty_notice', 'invoice_final_reminder'];
/** Kinds that only people who may see documents receive, if they have the reminder flag. */
const documentKinds: readonly ReminderKind[] = ['pro_forma', 'receipt', 'invoice_part_paid', 'prepaid_credited'];

export const hasReminderFlag = ({ flags }: Pick<Person, 'flags'>): boolean => flags.includes('reminders.email');
const isActiveRepresentative = ({ role, isBlocked }: Person): boolean => role === 'legal_representative' && !isBlocked;

/**
 * Selects the recipients among the current people of the organization (RMD-3). People with the reminder flag get all
 * kinds, except that a document kind also requires the permission to see documents. A mandatory kind also goes to
 * people without the flag who may see documents or pay. A kind about cards goes to the people who may pay. If nobody
 * qualifies, the legal representatives are the recipients.
 */
export function recipientsOf(kind: ReminderKind, people: readonly Person[], hasPermission: HasPermission): Person[] {
  const active = people.filter(({ isBlocked }) => !isBlocked);
  const selected = active.filter((person) => {
    if (mandatoryKinds.includes(kind))
      return maySeeDocuments(person, hasPermission) || hasPermission(person, 'payment:make') || hasReminderFlag(person);
    // A payment waits, so the people who may pay get these kinds also without the reminder flag.
    if (cardKinds.includes(kind)) return hasPermission(person, 'payment:make');
    if (documentKinds.includes(kind)) return maySeeDocuments(person, hasPermission) && hasReminderFlag(person);
    return hasReminderFlag(person);
  });
  return selected.length ? selected : active.filter(isActiveRepresentative);
}

/** A message to a person without this permission omits number, reference and amounts of the document. */
export const maySeeDocuments = (person: Person, hasPermission: HasPermission): boolean =>
  hasPermission(person, 'document:read');

/** True for the only active legal representative, who always gets reminders (ROL-5). */
export const isOnlyRepresentative = (person: Person, people: readonly Person[]): boolean =>
  isActiveRepresentative(person) &&
  people.every((other) => other.accountId === person.accountId || !isActiveRepresentative(other));
