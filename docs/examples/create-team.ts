// Creates a team and handles its errors by their codes. `openapi.ts` is generated from the OpenAPI document:
// npx openapi-typescript https://cordee.example/openapi.json --default-non-nullable false --output openapi.ts
import type { components, operations } from './openapi.ts';

type Team = components['schemas']['Team'];
type CreateTeam = operations['createTeam'];
type Body = CreateTeam['requestBody']['content']['application/json'];
/** The problems of an operation, one type per status, each with the codes that the operation can answer. */
type ProblemOf<Operation extends { responses: object }> = {
  [Status in keyof Operation['responses']]: Operation['responses'][Status] extends {
    content: { 'application/problem+json': infer Problem };
  }
    ? Problem
    : never;
}[keyof Operation['responses']];

export async function createTeam(url: string, token: string, organizationId: string, body: Body): Promise<Team> {
  const response = await fetch(`${url}/v1/organizations/${organizationId}/teams`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify(body),
  });
  if (response.ok) return (await response.json()) as Team;
  const problem = (await response.json()) as ProblemOf<CreateTeam>;
  switch (problem.code) {
    case 'TEAM_NAME_TAKEN':
      return createTeam(url, token, organizationId, { ...body, name: `${body.name} 2` });
    case 'RATE_LIMITED':
      throw new Error(`Try again in ${response.headers.get('retry-after')} seconds`);
    // @ts-expect-error The operation has no such code, so the compiler finds misspelled codes.
    case 'TEAM_NAME_TAKN':
      throw new Error('never');
    default:
      throw new Error(`${problem.status} ${problem.code}: ${problem.title} (trace ${problem.traceId})`);
  }
}
