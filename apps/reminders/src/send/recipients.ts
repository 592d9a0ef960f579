import type { listRecipients } from '@cordee/contracts/identity/member';
import type { Answer } from '@cordee/contracts/contract';
import type { PermissionName } from '@cordee/contracts/permissions';
import type { Kind } from '../plan/reminder.ts';

export type Person = Answer<typeof listRecipients>['data'][number];
/** Whether somebody holds a permission in the organization. */
export type Holds = (person: Person, permission: PermissionName) => boolean;

/** Notices that the law, a final step or renewal warranty demands: nobody switches them off (RMD-1). */
const mandatory: readonly Kind[] = ['warranty_notice', 'invoice_final_reminder'];
/** What goes to whoever sees documents; the others go to everybody who asked to be reminded. */
const aboutDocuments: readonly Kind[] = ['pro_forma', 'receipt', 'prepaid_credited'];

export const isReminded = ({ flags }: Pick<Person, 'flags'>): boolean => flags.includes('reminders.email');
const isRepresentative = ({ role, isBlocked }: Person): boolean => role === 'legal_representative' && !isBlocked;

/**
 * Who gets a message about the organization, of those who belong to it now (RMD-3): whoever asked to be reminded; for a mandatory notice
 * also everybody who sees documents or pays. The legal representatives where nobody else is left, so that no notice goes nowhere.
 */
export function recipientsOf(kind: Kind, people: readonly Person[], holds: Holds): Person[] {
  const present = people.filter(({ isBlocked }) => !isBlocked);
  const wanted = present.filter((person) => {
    if (mandatory.includes(kind))
      return seesDocuments(person, holds) || holds(person, 'payment:make') || isReminded(person);
    if (aboutDocuments.includes(kind)) return seesDocuments(person, holds) && isReminded(person);
    return isReminded(person);
  });
  return wanted.length ? wanted : present.filter(isRepresentative);
}

/** Whether the recipient may see the document that the message is about; others are told without number, reference and amounts (C-ROL-13). */
export const seesDocuments = (person: Person, holds: Holds): boolean => holds(person, 'document:read');

/** Whether nobody else represents the organization: such a person is always reminded (ROL-5). */
export const isOnlyRepresentative = (person: Person, people: readonly Person[]): boolean =>
  isRepresentative(person) && people.every((other) => other.accountId === person.accountId || !isRepresentative(other));
