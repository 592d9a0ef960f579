import { AccessCache } from '@cordee/access/access-cache';
import type { Decision, Question } from '@cordee/access/decide';
import { objectOf } from '@cordee/access/grants';
import { isPermissionInScope } from '@cordee/access/scopes';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import {
  checkAccess,
  checkManyAccess,
  describeTeamAccess,
  explainAccess,
  listAccessHolders,
  listPersonAccess,
} from '@cordee/contracts/teams/access';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { listRecipients } from '@cordee/contracts/identity/member';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { HandlesFromCache, Handles, type ReadContext, type QueryContext } from '@cordee/service/handler-decorators';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import * as z from 'zod';
import { jsonBytes, takeWithinBytes } from '../fit-page-to-message.ts';
import { compareText, describeChain, endOf, inOrder, type MaySee } from './describe-sources.ts';
import { describeHolding, isOwnFilesOnly, placeOf } from './describe-holding.ts';
import { explainDecision } from './explain-decision.ts';
import { checkInstant, loadPastAccess, type About } from './past-access.ts';
import { selectGivenGrants } from './select-given-grants.ts';

type OrganizationId = `org_${string}`;
type AccountId = `acc_${string}`;
type HolderRow = Output<typeof listAccessHolders>['data'][number];

/** Products named with a grant of a team; the rest is counted. */
const NAMED_PRODUCTS = 100;

@Controller()
export class AccessQueries {
  constructor(
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  @HandlesFromCache(checkAccess)
  async checkAccess(
    { organizationId, ...asked }: Input<typeof checkAccess>,
    context: ReadContext,
  ): Promise<Output<typeof checkAccess>> {
    const access = await this.access.forOrganization(organizationId);
    mayAskAbout(access, asked.accountId, context);
    const question = questionOf(asked, context, context.now);
    const isAllowed = access.check(question);
    return { isAllowed, isOwnFilesOnly: isAllowed && isOwnFilesOnly(access, question) };
  }

  @HandlesFromCache(checkManyAccess)
  async checkManyAccess(
    { organizationId, questions }: Input<typeof checkManyAccess>,
    context: ReadContext,
  ): Promise<Output<typeof checkManyAccess>> {
    const access = await this.access.forOrganization(organizationId);
    const stranger = questions.findIndex(({ accountId }) => accountId && accountId !== context.accountId);
    if (stranger >= 0) mayAskAbout(access, questions[stranger]!.accountId, context, `/questions/${stranger}`);
    const asked = questions.map((each) => questionOf(each, context, context.now));
    const results = asked.map((question) => access.check(question));
    return {
      results,
      ownFilesOnly: asked.flatMap((question, place) =>
        results[place] && isOwnFilesOnly(access, question) ? [place] : [],
      ),
    };
  }

  @Handles(explainAccess)
  async explainAccess(
    { organizationId, at: past, ...asked }: Input<typeof explainAccess>,
    context: QueryContext,
  ): Promise<Output<typeof explainAccess>> {
    const present = await this.access.forOrganization(organizationId);
    mayAskAbout(present, asked.accountId, context);
    const { accountId = context.accountId, productId } = asked;
    const { access, at } = await this.accessAt(organizationId, { accountId, productId }, present, past, context);
    const question = questionOf(asked, context, at);
    const decision = redactForViewer(access, question, access.decide(question), present, context);
    const names =
      present.people.maySee(context.accountId, 'member:read', context.now, context.scopes) &&
      decision.chains.some(({ via }) => via === 'grant')
        ? await this.names(organizationId, context)
        : undefined;
    const given = await selectGivenGrants(
      context.em,
      organizationId,
      decision.chains.flatMap((chain) => (chain.via === 'grant' ? [chain.grant.id] : [])),
    );
    return explainDecision(access, question, decision, given, {
      language: context.call.language,
      maySee: teamsFor(present, context),
      nameOf: (giver) => names?.get(giver),
    });
  }

  @Handles(listAccessHolders)
  async listAccessHolders(
    { organizationId, at: past, limit, cursor, ...thing }: Input<typeof listAccessHolders>,
    context: QueryContext,
  ): Promise<Output<typeof listAccessHolders>> {
    const { access, at } = await this.accessAt(
      organizationId,
      { productId: thing.productId },
      await this.access.forOrganization(organizationId),
      past,
      context,
    );
    if (!access.products.product(thing.productId)) throw new DomainError('PRODUCT_NOT_FOUND');
    if (thing.resourceId && access.products.resource(thing.resourceId)?.productId !== thing.productId)
      throw new DomainError('RESOURCE_NOT_FOUND');
    const found = access.whoHas({ ...thing, at }).sort((one, other) => compareText(one.accountId, other.accountId));
    return pageOf(
      found,
      limit,
      cursor,
      ({ accountId }) => accountId,
      ({ accountId, role, decision }): HolderRow => ({
        accountId,
        role,
        isOwnFilesOnly: decision.isOwnFilesOnly,
        through: inOrder(decision.chains).map((chain) => describeChain(access, chain, everyTeam)),
      }),
    );
  }

  @Handles(listPersonAccess)
  async listPersonAccess(
    { organizationId, accountId, at: past, limit, cursor }: Input<typeof listPersonAccess>,
    context: QueryContext,
  ): Promise<Output<typeof listPersonAccess>> {
    const present = await this.access.forOrganization(organizationId);
    mayAskAbout(present, accountId, context);
    const whose = accountId ?? context.accountId;
    const { access, at } = await this.accessAt(organizationId, { accountId: whose }, present, past, context);
    if (!access.people.find(whose) && access.people.supportOf(whose, at.getTime()).length === 0)
      throw new DomainError('PERSON_NOT_FOUND');
    const maySee = teamsFor(present, context);
    const scopes = whose === context.accountId ? context.scopes : undefined;
    // What somebody was taken out of is named to those alone who may know of it.
    const isManaging = present.people.maySee(context.accountId, 'member:manage', context.now, context.scopes);
    const found = access
      .whatCan(whose, at, scopes)
      .filter(({ resource, rights }) => isManaging || resource === undefined || rights.size > 0)
      .sort((one, other) => compareText(placeOf(one), placeOf(other)));
    return pageOf(found, limit, cursor, placeOf, (holding) =>
      describeHolding(access, whose, holding, { at, maySee, scopes }),
    );
  }

  @HandlesFromCache(describeTeamAccess)
  async describeTeamAccess(
    { organizationId, teamId, limit, cursor }: Input<typeof describeTeamAccess>,
    context: ReadContext,
  ): Promise<Output<typeof describeTeamAccess>> {
    const access = await this.access.forOrganization(organizationId);
    const mayKnow =
      access.isInTeam(context.accountId, teamId, context.now) ||
      access.people.seesAllTeams(context.accountId, context.now);
    if (!access.grants.teams.find(teamId) || !mayKnow) throw new DomainError('TEAM_NOT_FOUND');
    const given = access.givenToTeam(teamId, context.now).flatMap((each) => {
      const object = objectOf(each.grant, access.products);
      return object ? [{ ...each, object }] : [];
    });
    const found = given.sort((one, other) => compareText(one.grant.id, other.grant.id));
    return pageOf(
      found,
      limit,
      cursor,
      ({ grant }) => grant.id,
      ({ grant, from, object }) => {
        const covered =
          object.kind === 'product_type'
            ? [...access.products.ofType(object.type)]
            : [access.products.product(object.productId)].filter((product) => product !== undefined);
        return {
          grantId: grant.id,
          object,
          right: grant.right,
          endsAt: endOf(grant),
          from: { teamId: from.teamId, name: from.name },
          products: covered
            .slice(0, NAMED_PRODUCTS)
            .map(({ productId, name, isBlocked }) => ({ productId, name, isBlocked })),
          productCount: covered.length,
          isCoveringLater: object.kind === 'product_type',
        };
      },
    );
  }

  /** The facts to answer from: those of now, or of an instant in the past. */
  private async accessAt(
    organizationId: OrganizationId,
    about: About,
    present: OrganizationAccess,
    past: string | undefined,
    { now }: QueryContext,
  ): Promise<{ access: OrganizationAccess; at: Date }> {
    if (past === undefined) return { access: present, at: now };
    const at = new Date(past);
    checkInstant(at, now);
    return { access: await loadPastAccess(this.rpc, organizationId, at, about, present.typeRights), at };
  }

  /** Names of the people of the organization. An explanation without them is still one: identity need not be there. */
  private async names(organizationId: OrganizationId, { call }: QueryContext): Promise<Map<string, string>> {
    const people = await this.rpc.call(listRecipients, { organizationId }, { for: call }).catch(() => ({ data: [] }));
    return new Map(people.data.map(({ accountId, name }) => [accountId, name]));
  }
}

const everyTeam: MaySee = () => true;

/** Whoever does not manage people asks about themselves only. */
function mayAskAbout(
  access: OrganizationAccess,
  accountId: AccountId | undefined,
  context: ReadContext,
  pointer = '',
): void {
  if (
    accountId &&
    accountId !== context.accountId &&
    !access.people.maySee(context.accountId, 'member:manage', context.now, context.scopes)
  )
    throw inputError('PERMISSION_DENIED', `${pointer}/accountId`, 'is somebody else');
}

/** About oneself, where nobody is named; what a token holds back it holds back from its own person. */
function questionOf(
  { accountId, right, productId, resourceId }: Omit<Input<typeof checkAccess>, 'organizationId'>,
  context: ReadContext,
  at: Date,
): Question {
  const asker = context.accountId;
  const whose = accountId ?? asker;
  return { accountId: whose, right, productId, resourceId, at, scopes: whose === asker ? context.scopes : undefined };
}

/** The teams that are named to somebody, as everywhere; to a token that may not look at teams, those alone that reach its person. */
function teamsFor(access: OrganizationAccess, { accountId, now, scopes }: ReadContext): MaySee {
  if (isPermissionInScope(scopes, 'team:read') && access.people.seesAllTeams(accountId, now)) return everyTeam;
  return (teamId) => access.isInTeam(accountId, teamId, now);
}

/** A product, or something in it, that the asker may not know of answers like one that is granted to nobody. */
function redactForViewer(
  access: OrganizationAccess,
  { productId, resourceId }: Question,
  decision: Decision,
  present: OrganizationAccess,
  { accountId, now, scopes }: ReadContext,
): Decision {
  if (decision.allowed || present.people.maySee(accountId, 'member:manage', now, scopes)) return decision;
  const isHidden = decision.refusal === 'product_unknown' || decision.refusal === 'resource_unknown';
  if (
    !isHidden ||
    (present === access && resourceId === undefined && present.visibleProducts(accountId, now).has(productId))
  )
    return decision;
  return { ...decision, refusal: 'no_grant' };
}

/** The rows after the cursor, which is the place of the last one of the page before. What a row has come by way of may be long: the page ends where it is large. */
function pageOf<T, R>(
  sorted: readonly T[],
  limit: number,
  cursor: string | undefined,
  place: (row: T) => string,
  describe: (row: T) => R,
): { data: R[]; nextCursor: string | null } {
  const after = readCursor(z.string(), cursor);
  const start = after === undefined ? 0 : sorted.findIndex((row) => place(row) > after);
  const data = takeWithinBytes(
    mapLazily(start < 0 ? [] : sorted.slice(start, start + limit), describe),
    limit,
    jsonBytes,
  );
  const end = start + data.length;
  return { data, nextCursor: start < 0 || end >= sorted.length ? null : writeCursor(place(sorted[end - 1]!)) };
}

/** Row by row, as far as somebody looks. */
function* mapLazily<T, R>(rows: Iterable<T>, describe: (row: T) => R): Iterable<R> {
  for (const row of rows) yield describe(row);
}
