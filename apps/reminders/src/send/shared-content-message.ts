import { formatLocalDate, localDateIn } from '@cordee/calendar/local-date';
import type { Answer, Input } from '@cordee/contracts/contract';
import { getRecipient } from '@cordee/contracts/identity/account';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import type { Locale } from '@cordee/contracts/values';
import { NEVER, type MailValues } from '../compose/compose-mail.ts';
import type { BuildResult, DueReminder, OrganizationContext, BuildDependencies } from './build-messages.ts';
import type { Person } from './recipients.ts';

type SharedContent = Answer<typeof listSharedContent>['data'][number];
type NoticeCause = Input<typeof listSharedContent>['about'];

/** The payload of the reminder about a new team member. */
export interface JoiningPayload {
  accountId: `acc_${string}`;
  joinedAt: string;
  addedBy: string;
}

/** The number of resources that a mail lists by name. A mail counts the other resources. */
const MAX_NAMED_RESOURCES = 5;

/**
 * Notifies owners that a grant covers their content, or that a person joined a team with such a grant (ACC-4). Owners
 * get no notice about their own actions.
 */
export async function buildSharedContentMessages(
  { rpc }: BuildDependencies,
  { organizationId, subjectId, payload }: DueReminder,
  { people, organization }: OrganizationContext,
): Promise<BuildResult> {
  const joining = 'joinedAt' in payload ? (payload as unknown as JoiningPayload) : undefined;
  const sharedContent = await listAllSharedContent(rpc, organizationId, noticeCauseOf(subjectId, joining));
  const reportedContent = sharedContent.filter(({ ownerAccountId, givenBy, holder }) => {
    const peopleWhoKnow = joining
      ? [joining.addedBy, joining.accountId]
      : [givenBy, holder.kind === 'account' && holder.accountId];
    return !peopleWhoKnow.includes(ownerAccountId);
  });
  if (reportedContent.length === 0)
    return {
      drop:
        sharedContent.length === 0
          ? 'the grant covers no content of other people'
          : joining
            ? 'the owner joined or added the member'
            : 'the owner gave or received the grant',
    };
  const names = await loadNames(rpc, people, [
    ...reportedContent.flatMap(({ givenBy, holder }) => [
      givenBy,
      holder.kind === 'account' ? holder.accountId : undefined,
    ]),
    joining?.accountId,
    joining?.addedBy,
  ]);
  const contentByOwner = Map.groupBy(reportedContent, ({ ownerAccountId }) => ownerAccountId);
  return {
    messages: people.flatMap((person) => {
      const contentOfPerson = contentByOwner.get(person.accountId);
      if (!contentOfPerson) return [];
      const formatInstant = (instant: string): string => formatInstantIn(organization.timeZone, instant, person.locale);
      return [
        {
          accountId: person.accountId,
          address: person.email,
          locale: person.locale,
          kind: 'content_shared' as const,
          values: { name: person.name, resource: resourceNames(contentOfPerson) },
          entries: contentOfPerson.map((content) => ({
            ...grantValues(content, names, formatInstant, organization.name),
            ...(joining ? joiningValues(joining, names, formatInstant, organization.name) : {}),
          })),
        },
      ];
    }),
  };
}

const noticeCauseOf = (subjectId: string, joining: JoiningPayload | undefined): NoticeCause =>
  joining
    ? {
        kind: 'joining',
        teamId: subjectId as `team_${string}`,
        accountId: joining.accountId,
        joinedAt: joining.joinedAt,
      }
    : { kind: 'grant', grantId: subjectId as `grt_${string}` };

async function listAllSharedContent(
  rpc: BuildDependencies['rpc'],
  organizationId: `org_${string}`,
  about: NoticeCause,
): Promise<SharedContent[]> {
  const shared: SharedContent[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Answer<typeof listSharedContent> = await rpc.call(listSharedContent, { organizationId, about, cursor });
    shared.push(...page.data);
    cursor = page.nextCursor;
  }
  return shared;
}

/** Returns the values for the lines about one grant. */
function grantValues(
  { holder, teamName, peopleCount, right, givenBy, givenAt, endsAt, reason, ...resourceRow }: SharedContent,
  names: ReadonlyMap<string, string>,
  formatInstant: (instant: string) => string,
  organizationName: string,
): MailValues {
  return {
    right,
    resource: resourceNames([resourceRow]),
    person: holder.kind === 'account' ? names.get(holder.accountId) : null,
    team: teamName,
    peopleCount: peopleCount === null ? null : String(peopleCount),
    wholeOrganization: holder.kind === 'organization' ? organizationName : null,
    by: names.get(givenBy) ?? organizationName,
    givenAt: formatInstant(givenAt),
    endsOn: endsAt ? formatInstant(endsAt) : NEVER,
    grantReason: reason,
  };
}

const joiningValues = (
  { accountId, joinedAt, addedBy }: JoiningPayload,
  names: ReadonlyMap<string, string>,
  formatInstant: (instant: string) => string,
  organizationName: string,
): MailValues => ({
  joiner: names.get(accountId),
  joinedAt: formatInstant(joinedAt),
  addedBy: names.get(addedBy) ?? organizationName,
});

/** Loads the names of the accounts, including former members. Services have no name. */
async function loadNames(
  rpc: BuildDependencies['rpc'],
  people: readonly Person[],
  accountIds: readonly (string | undefined)[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>(people.map(({ accountId, name }) => [accountId, name]));
  const unknownIds = new Set(
    accountIds.filter(
      (accountId): accountId is `acc_${string}` => accountId?.startsWith('acc_') === true && !names.has(accountId),
    ),
  );
  for (const accountId of unknownIds) names.set(accountId, (await rpc.call(getRecipient, { accountId })).name);
  return names;
}

/** Returns the names of the first resources and the number of the other resources, in one text: `a, b, + 3`. */
function resourceNames(rows: readonly Pick<SharedContent, 'resources' | 'resourceCount'>[]): string {
  const names = new Map(rows.flatMap(({ resources }) => resources.map(({ resourceId, name }) => [resourceId, name])));
  const unnamedCount = rows.reduce(
    (count, { resources, resourceCount }) => count + resourceCount - resources.length,
    0,
  );
  const unlistedCount = Math.max(0, names.size - MAX_NAMED_RESOURCES) + unnamedCount;
  return [
    ...[...names.values()].slice(0, MAX_NAMED_RESOURCES),
    ...(unlistedCount > 0 ? [`+ ${unlistedCount}`] : []),
  ].join(', ');
}

/** Formats date and time, because some rights last only an hour. */
function formatInstantIn(zone: string, instant: string, locale: Locale): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(
    new Date(instant),
  );
  return `${formatLocalDate(localDateIn(zone, instant), locale)}, ${time}`;
}
