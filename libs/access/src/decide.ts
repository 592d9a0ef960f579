import type { PeopleFacts } from '@cordee/contracts/identity/member';
import { permissionRule, type BillingFlag, type PermissionName, type Role } from '@cordee/contracts/permissions';
import type { AccessFacts } from './access-facts.ts';

type AccountId = `acc_${string}`;
type Person = PeopleFacts['people'][number];
type Grant = AccessFacts['grants']['grants'][number];

/** May this person do this to this thing? */
export interface Question {
  accountId: AccountId;
  right: string;
  productId: `prd_${string}`;
  resourceId?: `res_${string}` | undefined;
  at: Date;
}

/** One way in which somebody has a right. */
export type Chain =
  | { via: 'role'; role: Role }
  | { via: 'grant'; grant: Grant; /** From the team the person is in, up to the team that holds the grant; empty without a team. */ teams: `team_${string}`[] };

export type Refusal = 'not_in_organization' | 'person_blocked' | 'product_unknown' | 'product_blocked' | 'external_capped' | 'no_grant';

export interface Decision {
  allowed: boolean;
  /** Every chain that gives the right; empty when it is refused. */
  chains: Chain[];
  /** Why not; null when it is allowed. */
  refusal: Refusal | null;
}

/** Reading somebody's content is never given by role (ROL-1, ACC-4). */
const contentRights = new Set(['read']);
/** Never given to an external (PROD-2). */
const neverExternal = new Set(['manage']);

const isUpper = (role: Role): boolean => role === 'legal_representative' || role === 'administrator';

/**
 * The one function that decides access to products and what is in them, and explains it (ACC-1, ACC-2): effective rights are role ∪ direct
 * grants ∪ team grants with parents ∪ whole-organization shares, then the caps.
 */
export function decide(facts: AccessFacts, question: Question): Decision {
  const person = facts.people.people.find(({ accountId }) => accountId === question.accountId);
  if (!person) return refuse('not_in_organization');
  if (person.isBlocked) return refuse('person_blocked');
  const product = facts.products.products.find(({ productId }) => productId === question.productId);
  if (!product) return refuse('product_unknown');

  const chains: Chain[] = [];
  if (isUpper(person.role) && !contentRights.has(question.right)) chains.push({ via: 'role', role: person.role });
  const teamPaths = teamPathsOf(facts, person.accountId, question.at);
  for (const grant of facts.grants.grants) {
    if (grant.right !== question.right || hasEnded(grant.endsAt, question.at) || !covers(grant, product.type, question)) continue;
    const teams = holds(grant, person, teamPaths);
    if (teams) chains.push({ via: 'grant', grant, teams });
  }

  if (chains.length === 0) return refuse('no_grant');
  // A blocked product stops everybody with limited rights; whoever manages keeps managing (PROD-4).
  if (product.isBlocked && !isUpper(person.role)) return refuse('product_blocked');
  if (person.role === 'external' && neverExternal.has(question.right)) return refuse('external_capped');
  return { allowed: true, chains, refusal: null };
}

/** Whether a permission of a door is held in the organization (PRODUCT.md §2, rights at a glance). */
export function hasPermission(people: PeopleFacts, accountId: AccountId, permission: PermissionName): boolean {
  const person = people.people.find((candidate) => candidate.accountId === accountId);
  if (!person || person.isBlocked) return false;
  const rule = permissionRule(permission);
  if (rule.roles.includes(person.role)) return true;
  return rule.flag !== undefined && person.flags.includes(rule.flag satisfies BillingFlag) && (person.role !== 'external' || rule.external === true);
}

const refuse = (refusal: Refusal): Decision => ({ allowed: false, chains: [], refusal });

const hasEnded = (endsAt: string | null, at: Date): boolean => endsAt !== null && new Date(endsAt) <= at;

function covers(grant: Grant, type: string, question: Question): boolean {
  const { object } = grant;
  if (object.kind === 'product_type') return object.type === type;
  if (object.productId !== question.productId) return false;
  return object.kind === 'product' || object.resourceId === question.resourceId;
}

/** The path of teams through which the person holds the grant, empty for a direct or whole-organization grant; undefined when not at all. */
function holds(grant: Grant, person: Person, teamPaths: Map<string, `team_${string}`[]>): `team_${string}`[] | undefined {
  const { holder } = grant;
  if (holder.kind === 'account') return holder.accountId === person.accountId ? [] : undefined;
  if (holder.kind === 'organization') return person.role === 'external' ? undefined : [];
  return teamPaths.get(holder.teamId);
}

/** For every team whose grants reach the person: the path from the team they are in up to it (TEAM-5: members of the child get the parent's grants). */
function teamPathsOf(facts: AccessFacts, accountId: AccountId, at: Date): Map<string, `team_${string}`[]> {
  const parents = new Map(facts.grants.teams.map(({ teamId, parentId }) => [teamId, parentId]));
  const paths = new Map<string, `team_${string}`[]>();
  for (const membership of facts.grants.memberships) {
    if (membership.accountId !== accountId || hasEnded(membership.endsAt, at)) continue;
    const path: `team_${string}`[] = [];
    for (let team: `team_${string}` | null | undefined = membership.teamId; team && parents.has(team) && !path.includes(team); team = parents.get(team)) {
      path.push(team);
      if (!paths.has(team) || paths.get(team)!.length > path.length) paths.set(team, [...path]);
    }
  }
  return paths;
}
