import type { Decision } from '@cordee/access/decide-access';
import type { Role } from '@cordee/contracts/permissions';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import {
  type MemberId,
  type ProductId,
  type TeamId,
  type History,
  TESTED_RIGHTS,
  dayOf,
  isWithin,
  isActive,
} from './history.ts';

/** The decision of the model, with the compared fields of the chains. */
export interface ExpectedDecision {
  isAllowed: boolean;
  refusal: Decision['refusal'];
  chains: (
    | { via: 'role'; role: Role }
    | { via: 'owner' }
    | { via: 'support'; supportAccessId: string }
    | { via: 'grant'; grant: { id: string }; teams: TeamId[]; givenRights: string[] }
  )[];
}

/** The rights that a right includes. */
const INCLUDED_RIGHTS: Record<string, string[]> = {
  manage: ['manage', 'change', 'view'],
  change: ['change', 'view'],
  admin: ['admin', 'user'],
};
const includedIn = (right: string): string[] => INCLUDED_RIGHTS[right] ?? [right];
const CONTENT_RIGHTS = ['read', 'view', 'change'];
/** The rights that a support access with the level `read` gives. */
const READ_RIGHTS = ['statistics', 'history', 'read', 'view'];

/**
 * Decides a question with the model: a second, slow implementation of the access rules. The model works directly on the
 * history, without indexes.
 */
export function decideByModel(history: History, question: ModelQuestion, instant: number): ExpectedDecision {
  const expected = decideWithoutScopes(history, question, instant);
  const scopes = question.scopes && [...question.scopes];
  const isOutOfScope =
    scopes !== undefined && !scopes.includes(`right:${question.right}`) && !scopes.includes('right:*');
  return expected.isAllowed && isOutOfScope
    ? { isAllowed: false, refusal: 'token_scope_missing', chains: [] }
    : expected;
}

function decideWithoutScopes(history: History, question: ModelQuestion, instant: number): ExpectedDecision {
  const { accountId, right, productId, resourceId } = question;
  const day = dayOf(instant);
  const personDecision = decideForPerson(history, question, instant);
  const product = history.products.find((each) => each.productId === productId && isWithin(each, day));
  const resourceExists =
    resourceId === undefined ||
    history.resources.some(
      (each) => each.resourceId === resourceId && each.productId === productId && each.from <= day,
    );
  if (!product || !resourceExists) return personDecision;
  const support = history.support.filter(
    (entry) =>
      entry.accountId === accountId &&
      isActive(entry, day) &&
      (entry.products === null ||
        entry.products.some(
          (each) => each.productId === productId && each.ownershipNumber === product.ownershipNumber,
        )) &&
      isGiverAuthorized(history, entry.grantedByMemberId, productId as ProductId, instant) &&
      (entry.withContent || !CONTENT_RIGHTS.includes(right)) &&
      (entry.level === 'write' || READ_RIGHTS.includes(right)),
  );
  if (support.length === 0) return personDecision;
  if (!typeHasRight(history, product.type, right))
    return personDecision.isAllowed ? personDecision : { isAllowed: false, refusal: 'right_unknown', chains: [] };
  if (product.blocks.some((block) => isWithin(block, day)))
    return personDecision.isAllowed ? personDecision : { isAllowed: false, refusal: 'product_blocked', chains: [] };
  const supportByGivers = support.filter(({ grantedByMemberId }) => {
    const giver = history.people.find((person) => person.memberId === grantedByMemberId)!;
    return decideForPerson(history, { ...question, accountId: giver.accountId }, instant).isAllowed;
  });
  if (supportByGivers.length === 0) return personDecision;
  return {
    isAllowed: true,
    refusal: null,
    chains: [
      ...personDecision.chains,
      ...supportByGivers.map(({ supportAccessId }) => ({ via: 'support' as const, supportAccessId })),
    ],
  };
}

/** True when the catalogue gives the type the right, or another right that includes it. */
const typeHasRight = ({ catalogue }: History, productType: string, right: string): boolean =>
  catalogue.some(
    ({ type, rights }) => type === productType && rights.some((given) => includedIn(given).includes(right)),
  );

/**
 * True when a support access of this giver covers the product. A giver who is not a manager must have a right on the
 * product or on a resource in it.
 */
function isGiverAuthorized(history: History, memberId: MemberId, productId: ProductId, instant: number): boolean {
  const giver = history.people.find((person) => person.memberId === memberId);
  if (!giver?.statuses.some((status) => isWithin(status, dayOf(instant)))) return false;
  const resources = history.resources.filter(
    (resource) => resource.productId === productId && resource.from <= dayOf(instant),
  );
  return [undefined, ...resources.map(({ resourceId }) => resourceId)].some((resourceId) =>
    TESTED_RIGHTS.some((right) => {
      const { isAllowed, refusal } = decideForPerson(
        history,
        { accountId: giver.accountId, right, productId, resourceId },
        instant,
      );
      // These denials also show that the giver has a right: `product_blocked` and `external_capped` refuse a right that
      // the giver has, and only a manager gets `right_unknown`. `decideWithoutScopes` checks the blocks itself.
      return isAllowed || ['product_blocked', 'external_capped', 'right_unknown'].includes(refusal!);
    }),
  );
}

interface ModelQuestion {
  accountId: string;
  right: string;
  productId: string;
  resourceId?: string | undefined;
  scopes?: ReadonlySet<string> | undefined;
}

/** True when an external would have the right by a grant if no team were members-only. */
function hasRightInOpenTeams(history: History, question: ModelQuestion, instant: number): boolean {
  if (!history.teams.some(({ parentPeriods }) => parentPeriods.some(({ isMembersOnly }) => isMembersOnly)))
    return false;
  const openHistory: History = {
    ...history,
    teams: history.teams.map((team) => ({
      ...team,
      parentPeriods: team.parentPeriods.map((period) => ({ ...period, isMembersOnly: false })),
    })),
  };
  const { isAllowed, refusal } = decideForPerson(openHistory, question, instant);
  // These denials refuse a right that a grant gives.
  return isAllowed || refusal === 'product_blocked' || refusal === 'external_capped';
}

function decideForPerson(history: History, question: ModelQuestion, instant: number): ExpectedDecision {
  const { accountId, right, productId, resourceId } = question;
  const day = dayOf(instant);
  const deny = (refusal: ExpectedDecision['refusal']): ExpectedDecision => ({ isAllowed: false, refusal, chains: [] });
  const person = history.people.find(
    (each) => each.accountId === accountId && each.statuses.some((status) => isWithin(status, day)),
  );
  const status = person?.statuses.find((each) => isWithin(each, day));
  if (!person || !status) return deny('not_in_organization');
  if (status.isBlocked) return deny('person_blocked');
  if (status.lacksSecondFactor) return deny('second_factor_missing');
  const product = history.products.find((each) => each.productId === productId && isWithin(each, day));
  if (!product) return deny('product_unknown');
  const isManager = status.role === 'administrator' || status.role === 'legal_representative';

  // The path from the resource to its outermost folder. A folder that does not exist yet has no effect.
  const ancestors: History['resources'] = [];
  if (resourceId !== undefined) {
    const find = (id: string | null) =>
      history.resources.find(
        (resource) => resource.resourceId === id && resource.productId === productId && resource.from <= day,
      );
    for (let resource = find(resourceId); resource; resource = find(resource.parentId)) ancestors.push(resource);
    if (ancestors.length === 0) return deny('resource_unknown');
  }
  /** The path from `team` up to `goal`; undefined without a current path, or with a members-only team on it. */
  const findTeamPath = (team: TeamId | null, goal: TeamId, path: TeamId[]): TeamId[] | undefined => {
    const period = history.teams
      .find((each) => each.teamId === team && isWithin(each, day))
      ?.parentPeriods.find((each) => isWithin(each, day));
    if (!team || !period || (period.isMembersOnly && status.role === 'external')) return undefined;
    if (team === goal) return [...path, team];
    return period.parentEndsAt !== null && day >= period.parentEndsAt
      ? undefined
      : findTeamPath(period.parentId, goal, [...path, team]);
  };
  const pathsTo = (holder: SnapshotHolder): TeamId[][] => {
    if (holder.kind === 'account') return holder.memberId === person.memberId ? [[]] : [];
    if (holder.kind === 'organization') return status.role === 'external' ? [] : [[]];
    return history.memberships
      .filter((each) => each.memberId === person.memberId && isActive(each, day))
      .flatMap(({ teamId }) => {
        const path = findTeamPath(teamId, holder.teamId, []);
        return path ? [path] : [];
      });
  };
  // The grants of the person, one element per path, with the rights that remain after each restriction.
  const paths: { grant: History['grants'][number]; teams: TeamId[]; givenRights: string[] }[] = [];
  const addGrants = (isOnTarget: (object: SnapshotObject) => boolean): void => {
    for (const grant of history.grants)
      if (isActive(grant, day) && isOnTarget(grant.object))
        for (const teams of pathsTo(grant.holder)) paths.push({ grant, teams, givenRights: includedIn(grant.right) });
  };
  addGrants((object) => object.kind === 'product_type' && object.type === product.type);
  addGrants(
    (object) =>
      object.kind === 'product' && object.productId === productId && object.ownershipNumber === product.ownershipNumber,
  );
  for (const ancestor of ancestors.toReversed()) {
    for (const { holder, right: limit, ...restriction } of history.restrictions) {
      if (restriction.resourceId !== ancestor.resourceId || restriction.ownershipNumber !== product.ownershipNumber)
        continue;
      if (!isActive(restriction, day)) continue;
      for (const path of paths) {
        // A restriction narrows the grants that the person has through its holder.
        const isRestricted =
          holder.kind === 'account'
            ? holder.memberId === person.memberId
            : holder.kind === 'team'
              ? path.teams.includes(holder.teamId)
              : path.grant.holder.kind === 'organization';
        if (isRestricted)
          path.givenRights = path.givenRights.filter((given) => limit !== null && includedIn(limit).includes(given));
      }
    }
    addGrants(
      (object) =>
        object.kind === 'resource' &&
        object.resourceId === ancestor.resourceId &&
        object.ownershipNumber === product.ownershipNumber,
    );
  }

  const chains: ExpectedDecision['chains'] = [];
  const isByRole = isManager && !CONTENT_RIGHTS.includes(right);
  if (isByRole && typeHasRight(history, product.type, right)) chains.push({ via: 'role', role: status.role });
  if (
    CONTENT_RIGHTS.includes(right) &&
    ancestors.some(({ owners }) => owners.find((owner) => isWithin(owner, day))?.memberId === person.memberId)
  )
    chains.push({ via: 'owner' });
  for (const { grant, teams, givenRights } of paths)
    if (givenRights.includes(right)) chains.push({ via: 'grant', grant: { id: grant.grantId }, teams, givenRights });
  const isRightRemoved = paths.some(
    ({ grant, givenRights }) => includedIn(grant.right).includes(right) && !givenRights.includes(right),
  );
  if (chains.length === 0 && isRightRemoved) return deny('inheritance_restricted');
  if (chains.length === 0 && isByRole) return deny('right_unknown');
  if (chains.length === 0)
    return deny(
      status.role === 'external' && hasRightInOpenTeams(history, question, instant) ? 'team_members_only' : 'no_grant',
    );
  if (product.blocks.some((block) => isWithin(block, day)) && !isManager) return deny('product_blocked');
  if (right === 'manage' && status.role === 'external') return deny('external_capped');
  return { isAllowed: true, refusal: null, chains };
}
