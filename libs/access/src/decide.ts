import type { PeopleFacts } from '@cordee/contracts/identity/member';
import { isUpperRole, permissionRule, type BillingFlag, type PermissionName, type Role } from '@cordee/contracts/permissions';
import type { AccessFacts } from './access-facts.ts';
import { heldGrants, type Grant, type HeldGrant, type Person } from './held-grants.ts';

type AccountId = `acc_${string}`;

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
  | { via: 'owner' }
  | ({ via: 'grant' } & HeldGrant);

export type Refusal = 'not_in_organization' | 'person_blocked' | 'product_unknown' | 'product_blocked' | 'external_capped' | 'no_grant';

export interface Decision {
  allowed: boolean;
  /** Every chain that gives the right; empty when it is refused. */
  chains: Chain[];
  /** Why not; null when it is allowed. */
  refusal: Refusal | null;
}

/** What lets somebody at content: never given by role, always held by its owner (ROL-1, ACC-4). `view` and `change` open the files of a drive folder. */
const contentRights = new Set(['read', 'view', 'change']);
/** Never given to an external (PROD-2). */
const neverExternal = new Set(['manage']);
/** The wider rights that give a narrower one: the levels of a drive and of its folders (PROD-2). */
const widerRights: Readonly<Record<string, readonly string[]>> = { view: ['change', 'manage'], change: ['manage'], user: ['admin'] };

/** Whether the right can never be held by an external (PROD-2). */
export const isNeverForExternals = (right: string): boolean => neverExternal.has(right);

/**
 * The one function that decides access to products and what is in them, and explains it (ACC-1, ACC-2): effective rights are role ∪ ownership of
 * content ∪ direct grants ∪ team grants with parents ∪ whole-organization shares, then the caps.
 */
export function decide(facts: AccessFacts, question: Question): Decision {
  const person = facts.people.people.find(({ accountId }) => accountId === question.accountId);
  if (!person) return refuse('not_in_organization');
  if (person.isBlocked) return refuse('person_blocked');
  const product = facts.products.products.find(({ productId }) => productId === question.productId);
  if (!product) return refuse('product_unknown');

  const chains: Chain[] = [];
  if (isUpperRole(person.role) && !contentRights.has(question.right)) chains.push({ via: 'role', role: person.role });
  if (owns(product, person, question.resourceId) && contentRights.has(question.right)) chains.push({ via: 'owner' });
  for (const { grant, teams } of heldGrants(facts, person, question.at)) {
    if (gives(grant.right, question.right) && covers(grant, product.type, question)) chains.push({ via: 'grant', grant, teams });
  }

  if (chains.length === 0) return refuse('no_grant');
  // A blocked product stops everybody with limited rights; whoever manages keeps managing (PROD-4).
  if (product.isBlocked && !isUpperRole(person.role)) return refuse('product_blocked');
  if (person.role === 'external' && neverExternal.has(question.right)) return refuse('external_capped');
  return { allowed: true, chains, refusal: null };
}

/** Whether a permission of a door is held in the organization. */
export function hasPermission(people: PeopleFacts, accountId: AccountId, permission: PermissionName): boolean {
  const person = people.people.find((candidate) => candidate.accountId === accountId);
  if (!person || person.isBlocked) return false;
  const rule = permissionRule(permission);
  if (rule.roles.includes(person.role)) return true;
  return rule.flag !== undefined && person.flags.includes(rule.flag satisfies BillingFlag) && (person.role !== 'external' || rule.external === true);
}

const refuse = (refusal: Refusal): Decision => ({ allowed: false, chains: [], refusal });

const gives = (given: string, asked: string): boolean => given === asked || (widerRights[asked]?.includes(given) ?? false);

const owns = (product: AccessFacts['products']['products'][number], person: Person, resourceId: string | undefined): boolean =>
  resourceId !== undefined && (product.ownedResources?.some((owned) => owned.resourceId === resourceId && owned.accountId === person.accountId) ?? false);

function covers(grant: Grant, type: string, question: Question): boolean {
  const { object } = grant;
  if (object.kind === 'product_type') return object.type === type;
  if (object.productId !== question.productId) return false;
  return object.kind === 'product' || object.resourceId === question.resourceId;
}
