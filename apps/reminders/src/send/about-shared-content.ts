import { formatLocalDate, localDateIn } from '@cordee/calendar/local-date';
import type { Answer, Input } from '@cordee/contracts/contract';
import { getRecipient } from '@cordee/contracts/identity/account';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import type { Locale } from '@cordee/contracts/values';
import { NEVER, type MailValues } from '../compose/compose-mail.ts';
import type { Details, DueReminder, Setting, Sources } from './gather-details.ts';
import type { Person } from './recipients.ts';

type Shared = Answer<typeof listSharedContent>['data'][number];

/** So many of those who reach something, and of the things that they reach, are named. */
const NAMED = 5;

/**
 * Others may now get at what belongs to somebody: each owner is told who, by whom, since when and until when (ACC-4), in one mail for all that began
 * at one instant. Nobody is told of what they gave or brought about themselves. What has ended meanwhile is told of all the same, since it has been there.
 */
export async function aboutSharedContent(
  { rpc }: Sources,
  { organizationId, subjectId, facts }: DueReminder,
  { people, organization }: Setting,
): Promise<Details> {
  const [at, causedBy] = [String(facts['at']), facts['causedBy'] as string | undefined];
  const shared: Shared[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Answer<typeof listSharedContent> = await rpc.call(listSharedContent, {
      organizationId,
      at,
      ...beginningWith(subjectId),
      cursor,
    });
    shared.push(...page.data);
    cursor = page.nextCursor;
  }
  const foreign = shared.filter(
    ({ ownerAccountId, givenBy }) => ownerAccountId !== givenBy && ownerAccountId !== causedBy,
  );
  if (foreign.length === 0)
    return { drop: shared.length === 0 ? 'nobody reaches what they did not before' : 'its owner gave it' };
  const names = await namesOf(rpc, people, [
    ...foreign.flatMap(({ accountIds, givenBy }) => [...accountIds.slice(0, NAMED), givenBy]),
    causedBy,
  ]);
  const byOwner = Map.groupBy(foreign, ({ ownerAccountId }) => ownerAccountId);
  return {
    messages: people.flatMap((person) => {
      const own = byOwner.get(person.accountId);
      if (!own) return [];
      const moment = (instant: string): string => momentIn(organization.timeZone, instant, person.locale);
      return [
        {
          accountId: person.accountId,
          address: person.email,
          locale: person.locale,
          kind: 'content_shared' as const,
          values: { name: person.name, resource: listThings(own) },
          entries: own.map((each) =>
            entryOf(each, { at, causedBy, names, moment, organizationName: organization.name }),
          ),
        },
      ];
    }),
  };
}

/** What is asked about: the thing that became its owner’s, the external who became a member, or all that began in the organization. */
function beginningWith(subjectId: string): Pick<Input<typeof listSharedContent>, 'resourceId' | 'memberId'> {
  if (subjectId.startsWith('res_')) return { resourceId: subjectId as `res_${string}` };
  if (subjectId.startsWith('mem_')) return { memberId: subjectId as `mem_${string}` };
  return {};
}

interface Telling {
  at: string;
  causedBy: string | undefined;
  names: ReadonlyMap<string, string>;
  moment: (instant: string) => string;
  organizationName: string;
}

/** What fills the lines about one of the things that began. */
function entryOf(
  { holder, right, accountIds, peopleCount, resources, resourceCount, ...grant }: Shared,
  { at, causedBy, names, moment, organizationName }: Telling,
): MailValues {
  const people = listOf(
    accountIds.map((accountId) => names.get(accountId) ?? ''),
    peopleCount - accountIds.length,
  );
  // The grant stood before; what is new is that it reaches these people, or for longer, or that the things are the owner’s.
  const isOlder = grant.givenAt !== at;
  const isToAll = holder.kind === 'organization';
  return {
    right,
    resource: listThings([{ resources, resourceCount }]),
    person: holder.kind === 'account' ? people : null,
    team: holder.kind === 'team' ? grant.teamName : null,
    organization: isToAll && isOlder ? organizationName : null,
    people,
    everybody: isToAll && !isOlder ? organizationName : null,
    by: names.get(grant.givenBy) ?? organizationName,
    givenAt: moment(grant.givenAt),
    endsOn: grant.endsAt ? moment(grant.endsAt) : NEVER,
    grantReason: grant.reason,
    since: isOlder && !grant.heldUntil ? moment(at) : null,
    prolonged: grant.heldUntil && moment(at),
    formerEnd: grant.heldUntil && moment(grant.heldUntil),
    causedBy: isOlder && causedBy ? names.get(causedBy) : null,
    endedAt: grant.endedAt && moment(grant.endedAt),
  };
}

/** Names of people, of those too who have left; what is no person has none. */
async function namesOf(
  rpc: Sources['rpc'],
  people: readonly Person[],
  accountIds: readonly (string | undefined)[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>(people.map(({ accountId, name }) => [accountId, name]));
  const unknown = new Set(
    accountIds.filter(
      (accountId): accountId is `acc_${string}` =>
        accountId !== undefined && accountId.startsWith('acc_') && !names.has(accountId),
    ),
  );
  for (const accountId of unknown) names.set(accountId, (await rpc.call(getRecipient, { accountId })).name);
  return names;
}

const listThings = (rows: readonly Pick<Shared, 'resources' | 'resourceCount'>[]): string => {
  const names = new Map(rows.flatMap(({ resources }) => resources.map(({ resourceId, name }) => [resourceId, name])));
  return listOf(
    [...names.values()],
    rows.reduce((unnamed, { resources, resourceCount }) => unnamed + resourceCount - resources.length, 0),
  );
};

/** The first names, and how many more there are: of those listed, and besides. */
function listOf(names: readonly string[], unnamed: number): string {
  const rest = Math.max(0, names.length - NAMED) + unnamed;
  return [...names.slice(0, NAMED), ...(rest > 0 ? [`+ ${rest}`] : [])].join(', ');
}

/** Date and time of day as the reader writes them: some rights last for an hour. */
function momentIn(zone: string, instant: string, locale: Locale): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(
    new Date(instant),
  );
  return `${formatLocalDate(localDateIn(zone, instant), locale)}, ${time}`;
}
