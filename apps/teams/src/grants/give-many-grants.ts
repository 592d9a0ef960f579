import type { Input, Output } from '@cordee/contracts/contract';
import type { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import type * as contract from '@cordee/contracts/teams/grant';
import { atCurrentTime, type CommandContext } from '@cordee/service/handler-decorators';
import { lockHolderTeams } from '../teams/lock-and-save-teams.ts';
import { validateGrants, type ValidationSources } from './validate-grants.ts';
import { giveGrants } from './give-grants.ts';
import { resolveHolderAndObject } from './current-periods.ts';

type Result = Output<typeof contract.giveGrants>['results'][number];

/** Creates many grants. Rows are validated one by one, and the grants of all valid rows are created together. */
export async function giveManyGrants(
  context: CommandContext,
  { organizationId, grants }: Input<typeof contract.giveGrants>,
  sources: ValidationSources,
): Promise<Result[]> {
  const { em, now, accountId } = context;
  const validationErrors = await validateGrants(
    sources,
    grants.map((grant, index) => ({ ...grant, pointer: `/grants/${index}` })),
    now,
  );
  const resolvedRequests = grants.map((request, index) =>
    validationErrors[index] ? undefined : resolveHolderAndObject(sources.access, request),
  );
  const teams = await lockHolderTeams(
    em,
    organizationId,
    new Set(grants.flatMap(({ holder }) => (holder.kind === 'team' ? [holder.teamId] : []))),
  );
  const errors = grants.map(
    ({ holder }, index) =>
      validationErrors[index] ??
      (holder.kind === 'team' && !teams.has(holder.teamId)
        ? inputError('TEAM_NOT_FOUND', `/grants/${index}/holder/teamId`, 'is not a team of this organization')
        : undefined),
  );
  const acceptedRequests = resolvedRequests.flatMap((request, index) =>
    errors[index] || !request ? [] : [{ request, index }],
  );
  const outcomes = await giveGrants(
    atCurrentTime(context),
    organizationId,
    accountId,
    acceptedRequests.map(({ request }) => request),
  );
  const outcomesByIndex = new Map(acceptedRequests.map(({ index }, position) => [index, outcomes[position]!]));
  return grants.map((_, index) => {
    const error = errors[index];
    if (error) return { index, status: 'refused', error: toResultError(error) };
    const { grant, status } = outcomesByIndex.get(index)!;
    return { index, id: grant.id, status };
  });
}

const toResultError = ({ code, errors }: DomainError): NonNullable<Result['error']> => ({
  code,
  detail: errors[0]!.detail,
  pointer: errors[0]!.pointer,
});
