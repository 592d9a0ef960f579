import type { Role } from '@cordee/contracts/permissions';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';

export type AccountId = `acc_${string}`;
export type MemberId = `mem_${string}`;
export type ProductId = `prd_${string}`;
export type ResourceId = `res_${string}`;
export type TeamId = `team_${string}`;

/** A period in days. `until` is exclusive; it is null when the period has no end. */
export interface Span {
  from: number;
  until: number | null;
}
/** A period that also has a planned end. */
export interface PlannedSpan extends Span {
  endsAt: number | null;
}

/** The complete history of an organization, in days since its start. */
export interface History {
  /** The rights of each product type in the catalogue. */
  catalogue: { type: string; rights: string[] }[];
  /** A person with two membership periods has two member ids. */
  people: {
    accountId: AccountId;
    memberId: MemberId;
    statuses: (Span & { role: Role; isBlocked: boolean; lacksSecondFactor: boolean })[];
  }[];
  /** One element per ownership period. */
  products: (Span & { productId: ProductId; ownershipNumber: number; type: string; blocks: Span[] })[];
  resources: {
    resourceId: ResourceId;
    productId: ProductId;
    parentId: ResourceId | null;
    from: number;
    owners: (Span & { memberId: MemberId })[];
  }[];
  /** Support entries, also of members of the organization. */
  support: (PlannedSpan & {
    supportAccessId: `sup_${string}`;
    accountId: AccountId;
    level: 'read' | 'write';
    withContent: boolean;
    products: { productId: ProductId; ownershipNumber: number }[] | null;
    grantedByMemberId: MemberId;
  })[];
  teams: (Span & {
    teamId: TeamId;
    parentPeriods: (Span & { parentId: TeamId | null; parentEndsAt: number | null; isMembersOnly: boolean })[];
  })[];
  memberships: (PlannedSpan & { teamId: TeamId; memberId: MemberId })[];
  grants: (PlannedSpan & { grantId: `grt_${string}`; holder: SnapshotHolder; object: SnapshotObject; right: string })[];
  restrictions: (PlannedSpan & {
    holder: SnapshotHolder;
    resourceId: ResourceId;
    ownershipNumber: number;
    right: string | null;
  })[];
}

export const DAY_MS = 86_400_000;
/** The length of the history. */
export const LENGTH_DAYS = 9;
/** The tested instants: starts and ends of periods, and instants between them. The last instant is the present. */
export const INSTANTS = [1, 2.5, 4, 5.5, 7, 8.5].map((day) => day * DAY_MS);
export const RIGHTS = ['technical', 'statistics', 'user', 'admin', 'view', 'change', 'manage', 'read'];
/** A right that may be granted although no type has it, because a cached catalogue may be outdated. */
export const UNKNOWN_RIGHT = 'banana';
export const TESTED_RIGHTS = [...RIGHTS, UNKNOWN_RIGHT];
export const TYPES = ['web_hosting', 'drive'];

/** The scopes of the tested tokens, from no right on products to all rights. */
export const TOKEN_SCOPES = [
  ['product:read'],
  ['right:technical', 'right:view', 'product:read'],
  // All rights except `technical` and `statistics`.
  RIGHTS.slice(2).map((right) => `right:${right}`),
  ['right:*'],
].map((scopes): ReadonlySet<string> => new Set(scopes));

export const dayOf = (instant: number): number => instant / DAY_MS;
export const isWithin = ({ from, until }: Span, day: number): boolean => from <= day && (until === null || day < until);
export const isActive = (span: PlannedSpan, day: number): boolean =>
  isWithin(span, day) && (span.endsAt === null || day < span.endsAt);
export const isoOrNull = (days: number | null): string | null =>
  days === null ? null : new Date(days * DAY_MS).toISOString();
