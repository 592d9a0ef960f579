import type { Input, Output } from '@cordee/contracts/contract';
import type { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import type * as contract from '@cordee/contracts/teams/grant';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { lockTeamsForShare } from '../teams/find-team.ts';
import { validateGrants, type GrantSubject } from './validate-grants.ts';
import { giveGrants } from './give-grants.ts';
import { resolveHolderAndObject } from './current-ownership.ts';

type Result = Output<typeof contract.giveGrants>['results'][number];

/** Gives many grants; every row is judged for itself, and what can be given is given together. */
export async function giveManyGrants(
  context: CommandContext,
  { organizationId, grants }: Input<typeof contract.giveGrants>,
  subject: GrantSubject,
): Promise<Result[]> {
  const { em, now, accountId } = context;
  const refused = await validateGrants(
    subject,
    grants.map((grant, index) => ({ ...grant, pointer: `/grants/${index}` })),
    now,
  );
  const wanted = grants.map((request, index) =>
    refused[index] ? undefined : resolveHolderAndObject(subject.access, request),
  );
  const teams = await lockTeamsForShare(
    em,
    organizationId,
    new Set(grants.flatMap(({ holder }) => (holder.kind === 'team' ? [holder.teamId] : []))),
  );
  const errors = grants.map(
    ({ holder }, index) =>
      refused[index] ??
      (holder.kind === 'team' && !teams.has(holder.teamId)
        ? inputError('TEAM_NOT_FOUND', `/grants/${index}/holder/teamId`, 'is no team of this organization')
        : undefined),
  );
  const accepted = wanted.flatMap((request, index) => (errors[index] || !request ? [] : [{ request, index }]));
  const given = await giveGrants(
    context,
    organizationId,
    accountId,
    accepted.map(({ request }) => request),
  );
  const results = new Map(accepted.map(({ index }, place) => [index, given[place]!]));
  return grants.map((_, index) => {
    const error = errors[index];
    if (error) return { index, status: 'refused', error: rowError(error) };
    const { grantId, isNew } = results.get(index)!;
    return { index, id: grantId, status: isNew ? 'given' : 'already_given' };
  });
}

const rowError = ({ code, errors }: DomainError): NonNullable<Result['error']> => ({
  code,
  detail: errors[0]!.detail,
  pointer: errors[0]!.pointer,
});
