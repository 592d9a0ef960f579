import { formatLocalDate, localDateIn } from '@cordee/calendar/local-date';
import type { Answer, Input } from '@cordee/contracts/contract';
import { getRecipient } from '@cordee/contracts/identity/account';
import { listSharedContent } from '@cordee/contracts/teams/shared-content';
import type { Locale } from '@cordee/contracts/values';
import { NEVER, type MailValues } from '../compose/compose-mail.ts';
import type { BuildResult, DueReminder, OrganizationContext, BuildDependencies } from './build-messages.ts';
import type { Person } from './recipients.ts';

type Shared = Answer<typeof listSharedContent>['data'][number];
type Trigger = Input<typeof listSharedContent>['about'];

/** The payload of the reminder about a new team member. */
export interface JoiningPayload {
  accountId: `acc_${string}`;
  joinedAt: string;
  addedBy: string;
}

/** A mail lists this many resources; the others are counted. */
const MAX_LISTED = 5;

/**
 * Notifies owners that a grant covers their content, or that a person joined a team with such a grant (ACC-4). Owners
 * get no notice of their own actions.
 */
export async function buildSharedContentMessages(
  { rpc }: BuildDependencies,
  { organizationId, subjectId, payload }: DueReminder,
  { people, organization }: OrganizationContext,
): Promise<BuildResult> {
  const joining = 'joinedAt' in payload ? (payload as unknown as JoiningPayload) : undefined;
  const shared = await readAll(rpc, organizationId, triggerOf(subjectId, joining));
  const reported = shared.filter(
    ({ ownerAccountId, givenBy, holder }) =>
      !(
        joining ? [joining.addedBy, joining.accountId] : [givenBy, holder.kind === 'account' && holder.accountId]
      ).includes(ownerAccountId),
  );
  if (reported.length === 0)
    return {
      drop:
        shared.length === 0
          ? 'the grant covers no content of others'
          : joining
            ? 'the owner joined or added the member'
            : 'the owner gave or received the grant',
    };
  const names = await namesOf(rpc, people, [
    ...reported.flatMap(({ givenBy, holder }) => [givenBy, holder.kind === 'account' ? holder.accountId : undefined]),
    joining?.accountId,
    joining?.addedBy,
  ]);
  const byOwner = Map.groupBy(reported, ({ ownerAccountId }) => ownerAccountId);
  return {
    messages: people.flatMap((person) => {
      const own = byOwner.get(person.accountId);
      if (!own) return [];
      const moment = (instant: string): string => formatInstantIn(organization.timeZone, instant, person.locale);
      return [
        {
          accountId: person.accountId,
          address: person.email,
          locale: person.locale,
          kind: 'content_shared' as const,
          values: { name: person.name, resource: listResources(own) },
          entries: own.map((each) => ({
            ...grantValues(each, names, moment, organization.name),
            ...(joining ? joiningValues(joining, names, moment, organization.name) : {}),
          })),
        },
      ];
    }),
  };
}

const triggerOf = (subjectId: string, joining: JoiningPayload | undefined): Trigger =>
  joining
    ? {
        kind: 'joining',
        teamId: subjectId as `team_${string}`,
        accountId: joining.accountId,
        joinedAt: joining.joinedAt,
      }
    : { kind: 'grant', grantId: subjectId as `grt_${string}` };

async function readAll(
  rpc: BuildDependencies['rpc'],
  organizationId: `org_${string}`,
  about: Trigger,
): Promise<Shared[]> {
  const shared: Shared[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Answer<typeof listSharedContent> = await rpc.call(listSharedContent, { organizationId, about, cursor });
    shared.push(...page.data);
    cursor = page.nextCursor;
  }
  return shared;
}

/** The values of the lines about one grant. */
function grantValues(
  { holder, teamName, peopleCount, right, givenBy, givenAt, endsAt, reason, ...resources }: Shared,
  names: ReadonlyMap<string, string>,
  moment: (instant: string) => string,
  organizationName: string,
): MailValues {
  return {
    right,
    resource: listResources([resources]),
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
  { accountId, joinedAt, addedBy }: JoiningPayload,
  names: ReadonlyMap<string, string>,
  moment: (instant: string) => string,
  organizationName: string,
): MailValues => ({
  joiner: names.get(accountId),
  joinedAt: moment(joinedAt),
  addedBy: names.get(addedBy) ?? organizationName,
});

/** Names by account, former members included. Services have no name. */
async function namesOf(
  rpc: BuildDependencies['rpc'],
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

/** The first names, and the number of other resources. */
function listResources(rows: readonly Pick<Shared, 'resources' | 'resourceCount'>[]): string {
  const names = new Map(rows.flatMap(({ resources }) => resources.map(({ resourceId, name }) => [resourceId, name])));
  const unnamed = rows.reduce((count, { resources, resourceCount }) => count + resourceCount - resources.length, 0);
  const rest = Math.max(0, names.size - MAX_LISTED) + unnamed;
  return [...[...names.values()].slice(0, MAX_LISTED), ...(rest > 0 ? [`+ ${rest}`] : [])].join(', ');
}

/** Date and time, because some rights last only an hour. */
function formatInstantIn(zone: string, instant: string, locale: Locale): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(
    new Date(instant),
  );
  return `${formatLocalDate(localDateIn(zone, instant), locale)}, ${time}`;
}
