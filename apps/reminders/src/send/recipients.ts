import type { listRecipients } from '@cordee/contracts/identity/member';
import type { Answer } from '@cordee/contracts/contract';
import type { Kind } from '../plan/reminder.ts';

export type Person = Answer<typeof listRecipients>['data'][number];

/** Notices that the law, a final step or renewal warranty demands: nobody switches them off (RMD-1). */
const mandatory: readonly Kind[] = ['warranty_notice', 'invoice_final_reminder'];
/** What goes to whoever sees documents; the others go to everybody who asked to be reminded. */
const aboutDocuments: readonly Kind[] = ['pro_forma', 'receipt', 'prepaid_credited'];

const isUpper = ({ role }: Person): boolean => role === 'legal_representative' || role === 'administrator';
const hasBillingRight = (person: Person): boolean => isUpper(person) || person.flags.includes('billing.view') || (person.flags.includes('billing.pay') && person.role !== 'external');
const isReminded = ({ flags }: Person): boolean => flags.includes('reminders.email');

/**
 * Who gets a message about the organization, of those who belong to it now (RMD-3): whoever asked to be reminded; for a mandatory notice
 * everybody with billing rights too. The legal representatives where nobody else is left, so that no notice goes nowhere.
 */
export function recipientsOf(kind: Kind, people: readonly Person[]): Person[] {
  const present = people.filter(({ isBlocked }) => !isBlocked);
  const wanted = present.filter((person) => {
    if (mandatory.includes(kind)) return hasBillingRight(person) || isReminded(person);
    if (aboutDocuments.includes(kind)) return hasBillingRight(person) && isReminded(person);
    return isReminded(person);
  });
  return wanted.length ? wanted : present.filter(({ role }) => role === 'legal_representative');
}

/** Whether the recipient may see the document that the message is about; others are told without number, reference and amounts (C-ROL-13). */
export const seesDocuments = hasBillingRight;
