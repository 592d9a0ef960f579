import { formatLocalDate, localDateIn } from '@cordee/calendar/local-date';
import type { Answer } from '@cordee/contracts/contract';
import { getRecipient } from '@cordee/contracts/identity/account';
import type { describeOrganization } from '@cordee/contracts/identity/organization';
import { listOwnedResources } from '@cordee/contracts/products/product';
import { describeGrant } from '@cordee/contracts/teams/grant';
import type { Locale } from '@cordee/contracts/values';
import { NEVER, type MailValues } from '../compose/compose-mail.ts';
import type { Details, DueReminder, Sources } from './gather-details.ts';
import type { Person } from './recipients.ts';

interface Setting {
  people: readonly Person[];
  organization: Answer<typeof describeOrganization>;
}

/** So many of the things that a wide grant reaches are named. */
const NAMED = 5;

/**
 * Somebody may now get at what belongs to somebody else: each owner is told who, given by whom, since when and until when (ACC-4). A grant that
 * has ended meanwhile is told of all the same, since it has been there.
 */
export async function aboutSharedContent({ rpc }: Sources, { organizationId, subjectId }: DueReminder, { people, organization }: Setting): Promise<Details> {
  const grant = await rpc.call(describeGrant, { organizationId, grantId: subjectId });
  const { holder, object, right, givenBy } = grant;
  const { data: owned } = await rpc.call(listOwnedResources, { organizationId, object, right });
  const concerned = owned.filter(({ ownerAccountId }) => ownerAccountId !== givenBy && !(holder.kind === 'account' && holder.accountId === ownerAccountId));
  if (concerned.length === 0) return { drop: owned.length === 0 ? 'it is nobody’s' : 'its owner gave it or has it' };
  const nameOf = async (accountId: string): Promise<string> =>
    people.find((person) => person.accountId === accountId)?.name ?? (accountId.startsWith('acc_') ? (await rpc.call(getRecipient, { accountId })).name : organization.name);
  const values: MailValues = {
    organization: organization.name, right, by: await nameOf(givenBy), grantReason: grant.reason,
    person: holder.kind === 'account' ? await nameOf(holder.accountId) : null, team: holder.kind === 'team' ? grant.teamName : null, everybody: holder.kind === 'organization' ? organization.name : null,
  };
  return {
    messages: people.flatMap((person) => {
      const names = concerned.filter(({ ownerAccountId }) => ownerAccountId === person.accountId).map(({ name }) => name);
      if (names.length === 0) return [];
      const at = (instant: string): string => momentIn(organization.timeZone, instant, person.locale);
      return [{
        accountId: person.accountId, address: person.email, locale: person.locale, kind: 'content_shared' as const,
        values: { ...values, name: person.name, resource: listOf(names), givenAt: at(grant.givenAt), endsOn: grant.endsAt ? at(grant.endsAt) : NEVER, endedAt: grant.endedAt && at(grant.endedAt) },
      }];
    }),
  };
}

const listOf = (names: readonly string[]): string => [...names.slice(0, NAMED), ...(names.length > NAMED ? [`+ ${names.length - NAMED}`] : [])].join(', ');

/** Date and time of day as the reader writes them: some rights last for an hour. */
function momentIn(zone: string, instant: string, locale: Locale): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(new Date(instant));
  return `${formatLocalDate(localDateIn(zone, instant), locale)}, ${time}`;
}
