import type { Contract } from '@cordee/contracts/contract';
import { ComponentSchemas } from './component-schemas.ts';
import {
  describeCallers,
  describeServiceTokens,
  describeSignIn,
  securityOf,
  securitySchemes,
} from './describe-callers.ts';
import { ProblemComponents, problemSchema } from './describe-problems.ts';
import { describeRequest } from './describe-request.ts';
import { describeSuccess } from './describe-success.ts';
import type { Json } from './json.ts';
import { compareOperations, type Operation } from './operation-order.ts';
import { responseHeaders } from './response-headers.ts';
import { tagOf, tags } from './tags.ts';

/** The server in the committed document, which describes any installation. */
const neutralServer = {
  url: 'https://{host}',
  description: 'An installation of Cordée',
  variables: { host: { default: 'cordee.example', description: 'The host of the installation' } },
};

/** Returns the OpenAPI 3.1 document of all contracts with a route. `url` is the public address of the installation. */
export function openApiDocument(contracts: ReadonlyMap<string, Contract>, url?: string): Json {
  const operations: Operation[] = [...contracts].filter(([, { http }]) => http).sort(compareOperations);
  const schemas = new ComponentSchemas(operations.map(([, contract]) => contract));
  const problems = new ProblemComponents();
  schemas.add('Problem', problemSchema);
  const paths: Record<string, Json> = {};
  for (const [name, contract] of operations) {
    const { path, method } = contract.http!;
    (paths[path.replaceAll(/:(\w+)/g, '{$1}')] ??= {})[method.toLowerCase()] = {
      operationId: name,
      tags: [tagOf(contract)],
      summary: contract.summary,
      description: [
        contract.description,
        describeCallers(contract),
        describeSignIn(contract),
        describeServiceTokens(contract),
      ]
        .filter(Boolean)
        .join('\n\n'),
      ...describeRequest(name, contract, schemas),
      responses: { ...describeSuccess(name, contract, schemas), ...problems.describe(contract) },
      security: securityOf(contract),
    };
  }
  return {
    openapi: '3.1.0',
    info,
    servers: [url === undefined ? neutralServer : { url: url.replace(/\/$/, '') }],
    tags: tags.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.toJson(),
      responses: problems.responses,
      headers: responseHeaders,
      examples: problems.examples,
      securitySchemes,
    },
  };
}

const info = {
  title: 'Cordée',
  version: 'v1',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  description: [
    'The control plane of a service provider: organizations, teams and access, billing, renewals, search.',
    'Answers gain fields and enum values within a version: ignore those that you do not know. Bodies and queries ' +
      'with unknown fields are refused with `INPUT_INVALID`.',
    'An error is a problem (RFC 9457). Each operation lists its codes by status. A path answers a method that it ' +
      'does not have with 405 `METHOD_NOT_ALLOWED` and the header `Allow`.',
  ].join('\n\n'),
};
