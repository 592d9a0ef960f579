import { formatLocalDate, localDateIn } from '@cordee/calendar/local-date';
import type { Answer, Input } from '@cordee/contracts/contract';
import { getRecipient } from '@cordee/contracts/identity/account';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import type { Locale } from '@cordee/contracts/values';
import { NEVER, type MailValues } from '../compose/compose-mail.ts';
import type { Details, DueReminder, Setting, Sources } from './gather-details.ts';
import type { Person } from './recipients.ts';

type Shared = Answer<typeof listSharedContent>['data'][number];
type About = Input<typeof listSharedContent>['about'];

/** The plan keeps this of somebody who joined a team. */
export interface JoiningFacts {
  accountId: `acc_${string}`;
  joinedAt: string;
  addedBy: string;
}

/** So many resources are named in one mail; the others are counted. */
const NAMED = 5;

/**
 * Tells owners that a grant reaches their content, or that somebody joined a team that holds one (ACC-4). An owner gets
 * no notice of what they did or received themselves.
 */
export async function aboutSharedContent(
  { rpc }: Sources,
  { organizationId, subjectId, facts }: DueReminder,
  { people, organization }: Setting,
): Promise<Details> {
  const joining = 'joinedAt' in facts ? (facts as unknown as JoiningFacts) : undefined;
  const shared = await readAll(rpc, organizationId, aboutOf(subjectId, joining));
  const foreign = shared.filter(
    ({ ownerAccountId, givenBy, holder }) =>
      ![givenBy, joining?.addedBy, joining?.accountId, holder.kind === 'account' && holder.accountId].includes(
        ownerAccountId,
      ),
  );
  if (foreign.length === 0)
    return { drop: shared.length === 0 ? 'it reaches nobody’s content' : 'its owner gave or received it' };
  const names = await namesOf(rpc, people, [
    ...foreign.flatMap(({ givenBy, holder }) => [givenBy, holder.kind === 'account' ? holder.accountId : undefined]),
    joining?.accountId,
    joining?.addedBy,
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
          entries: own.map((each) => ({
            ...grantValues(each, names, moment, organization.name),
            ...(joining ? joiningValues(joining, names, moment, organization.name) : {}),
          })),
        },
      ];
    }),
  };
}

const aboutOf = (subjectId: string, joining: JoiningFacts | undefined): About =>
  joining
    ? {
        kind: 'joining',
        teamId: subjectId as `team_${string}`,
        accountId: joining.accountId,
        joinedAt: joining.joinedAt,
      }
    : { kind: 'grant', grantId: subjectId as `grt_${string}` };

async function readAll(rpc: Sources['rpc'], organizationId: `org_${string}`, about: About): Promise<Shared[]> {
  const shared: Shared[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Answer<typeof listSharedContent> = await rpc.call(listSharedContent, { organizationId, about, cursor });
    shared.push(...page.data);
    cursor = page.nextCursor;
  }
  return shared;
}

/** Values of the lines about one grant. */
function grantValues(
  { holder, teamName, peopleCount, right, givenBy, givenAt, endsAt, reason, ...things }: Shared,
  names: ReadonlyMap<string, string>,
  moment: (instant: string) => string,
  organizationName: string,
): MailValues {
  return {
    right,
    resource: listThings([things]),
    person: holder.kind === 'account' ? names.get(holder.accountId) : null,
    team: teamName,
    peopleCount: peopleCount === null ? null : String(peopleCount),
    everybody: holder.kind === 'organization' ? organizationName : null,
    by: names.get(givenBy) ?? organizationName,
    givenAt: moment(givenAt),
    endsOn: endsAt ? moment(endsAt) : NEVER,
    grantReason: reason,
  };
}

const joiningValues = (
  { accountId, joinedAt, addedBy }: JoiningFacts,
  names: ReadonlyMap<string, string>,
  moment: (instant: string) => string,
  organizationName: string,
): MailValues => ({
  joiner: names.get(accountId),
  joinedAt: moment(joinedAt),
  addedBy: names.get(addedBy) ?? organizationName,
});

/** Names by account, also of people who have left. Services have none. */
async function namesOf(
  rpc: Sources['rpc'],
  people: readonly Person[],
  accountIds: readonly (string | undefined)[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>(people.map(({ accountId, name }) => [accountId, name]));
  const unknown = new Set(
    accountIds.filter(
      (accountId): accountId is `acc_${string}` => accountId?.startsWith('acc_') === true && !names.has(accountId),
    ),
  );
  for (const accountId of unknown) names.set(accountId, (await rpc.call(getRecipient, { accountId })).name);
  return names;
}

/** The first names, and how many resources there are besides. */
function listThings(rows: readonly Pick<Shared, 'resources' | 'resourceCount'>[]): string {
  const names = new Map(rows.flatMap(({ resources }) => resources.map(({ resourceId, name }) => [resourceId, name])));
  const unnamed = rows.reduce((count, { resources, resourceCount }) => count + resourceCount - resources.length, 0);
  const rest = Math.max(0, names.size - NAMED) + unnamed;
  return [...[...names.values()].slice(0, NAMED), ...(rest > 0 ? [`+ ${rest}`] : [])].join(', ');
}

/** Date and time of day as the reader writes them: some rights last for an hour. */
function momentIn(zone: string, instant: string, locale: Locale): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(
    new Date(instant),
  );
  return `${formatLocalDate(localDateIn(zone, instant), locale)}, ${time}`;
}
