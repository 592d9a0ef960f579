import { RECENT_SIGN_IN_S, serviceOf, sharedErrors, type Contract } from '@cordee/contracts/contract';
import { permissionRule, permissions, type PermissionName } from '@cordee/contracts/permissions';
import * as z from 'zod';
import { isPublicQuery } from './public-query.ts';

type Json = Record<string, unknown>;

/** Returns the OpenAPI 3.1 document of all contracts with a route. */
export function openApiDocument(contracts: ReadonlyMap<string, Contract>): Json {
  const schemas: Json = { Problem: problemSchema };
  const paths: Record<string, Json> = {};
  for (const [name, contract] of contracts) {
    if (!contract.http) continue;
    const path = contract.http.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[contract.http.method.toLowerCase()] = describeOperation(name, contract, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cordée',
      version: 'v1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'The control plane of a service provider: organizations, teams and access, billing, renewals, search.',
    },
    tags: ['identity', 'teams', 'products', 'billing', 'renewals', 'reminders', 'search'].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes,
    },
  };
}

function describeOperation(name: string, contract: Contract, schemas: Json): Json {
  const http = contract.http!;
  const input = toJsonSchema(contract.input, 'input', schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  const example = contract.example.input as Json;
  const pathParameters = new Set([...http.path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter!));
  // `ifMatch` is a header, and the gateway sets the file id of an upload.
  const fields = Object.entries(input.properties ?? {}).filter(
    ([field]) => field !== 'ifMatch' && !(http.upload && field === 'fileId'),
  );
  const required = new Set(input.required ?? []);
  const hasBody = http.method !== 'GET' && http.method !== 'DELETE' && !http.upload;
  const parameters: Json[] = fields
    .filter(([field]) => pathParameters.has(field) || !hasBody)
    .map(([field, schema]) => ({
      name: field,
      in: pathParameters.has(field) ? 'path' : 'query',
      required: pathParameters.has(field) || required.has(field),
      schema,
      ...(example[field] === undefined ? {} : { example: example[field] }),
    }));
  if (contract.kind === 'command' && http.method === 'POST' && !contract.hasSecretOutput) {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: contract.idempotencyKey === 'required',
      schema: { type: 'string', maxLength: 255 },
      description: 'For 24 hours, a repeated call with the same key returns the first answer',
    });
  }
  if (input.properties && 'ifMatch' in input.properties)
    parameters.push({
      name: 'If-Match',
      in: 'header',
      required: false,
      schema: { type: 'string' },
      description: 'The ETag of an earlier answer; the call is rejected when the resource has changed since then',
      example: '"1"',
    });
  if (input.properties && 'organizationId' in input.properties && contract.access !== 'public') {
    parameters.push({
      name: 'Access-Revision',
      in: 'header',
      required: false,
      schema: { type: 'string', maxLength: 255 },
      description: 'The Access-Revision of an earlier answer; this call uses access data that is at least as new',
    });
  }
  const bodyFields = fields.filter(([field]) => !pathParameters.has(field));
  return {
    operationId: name,
    tags: [serviceOf(contract)],
    summary: contract.summary,
    description: [contract.description, describeCallers(contract), describeSignIn(contract)]
      .filter(Boolean)
      .join('\n\n'),
    ...(parameters.length ? { parameters } : {}),
    ...(http.upload
      ? {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              http.upload.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
            ),
          },
        }
      : {}),
    ...(hasBody && bodyFields.length
      ? {
          requestBody: {
            required: bodyFields.some(([field]) => required.has(field)),
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: Object.fromEntries(bodyFields),
                  required: bodyFields.map(([field]) => field).filter((field) => required.has(field)),
                  additionalProperties: false,
                },
                example: Object.fromEntries(Object.entries(example).filter(([field]) => !pathParameters.has(field))),
              },
            },
          },
        }
      : {}),
    responses: describeResponses(contract, schemas),
    security: securityOf(contract),
  };
}

const securitySchemes: Json = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The access token of a session (`createSession`)',
  },
  apiToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'cordee_<prefix>_<secret>',
    description: 'An API token (`createApiToken`) for one organization; each operation names the required scope',
  },
};

/** API tokens can call operations that require a permission; the required scope is the name of the permission. */
function securityOf({ access, requiresRecentSignIn }: Contract): Json[] {
  if (access === 'public') return [];
  if (requiresRecentSignIn) return [{ bearer: [] }];
  return access in permissions ? [{ bearer: [] }, { apiToken: [access] }] : [{ bearer: [] }];
}

function describeResponses(contract: Contract, schemas: Json): Json {
  const http = contract.http!;
  const status = String(http.status ?? 200);
  const success: Json = http.download
    ? { description: 'The file', content: { '*/*': { schema: { type: 'string', format: 'binary' } } } }
    : http.status === 204
      ? { description: 'Done' }
      : {
          description: 'OK',
          content: {
            'application/json': {
              schema: toJsonSchema(contract.output, 'output', schemas),
              example: contract.example.output,
            },
          },
        };
  const errorLinesByStatus = new Map<number, string[]>();
  for (const [code, { status: errorStatus, title }] of Object.entries({
    ...sharedErrorsOf(contract),
    ...contract.errors,
  })) {
    errorLinesByStatus.set(errorStatus, [...(errorLinesByStatus.get(errorStatus) ?? []), `- \`${code}\`: ${title}`]);
  }
  const errors = [...errorLinesByStatus]
    .sort(([a], [b]) => a - b)
    .map(([errorStatus, lines]) => [
      String(errorStatus),
      {
        description: lines.join('\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]);
  const notModified: Json = isPublicQuery(contract)
    ? { 304: { description: 'The copy that `If-None-Match` names is current' } }
    : {};
  return { [status]: success, ...notModified, ...Object.fromEntries(errors) };
}

/** Returns the shared errors that an operation can return. */
function sharedErrorsOf(contract: Contract): Json & Record<string, { status: number; title: string }> {
  const {
    INPUT_INVALID,
    RATE_LIMITED,
    SERVICE_UNAVAILABLE,
    SIGN_IN_REQUIRED,
    INSUFFICIENT_USER_AUTHENTICATION,
    API_TOKEN_INVALID,
    API_TOKEN_SCOPE_MISSING,
    PERMISSION_DENIED,
    ORGANIZATION_NOT_FOUND,
    NOT_FOUND,
    INPUT_NOT_PARSEABLE,
    IDEMPOTENCY_KEY_MISSING,
    IDEMPOTENCY_KEY_RUNNING,
    IDEMPOTENCY_KEY_REUSED,
    BODY_TOO_LARGE,
  } = sharedErrors;
  const isWrite = contract.http!.method !== 'GET';
  return {
    INPUT_INVALID,
    RATE_LIMITED,
    SERVICE_UNAVAILABLE,
    ...(contract.access === 'public' ? {} : { SIGN_IN_REQUIRED, API_TOKEN_INVALID }),
    ...(contract.requiresRecentSignIn ? { INSUFFICIENT_USER_AUTHENTICATION } : {}),
    ...(contract.access === 'public' || contract.access === 'staff' ? {} : { API_TOKEN_SCOPE_MISSING }),
    // A person who is not staff gets NOT_FOUND.
    ...(contract.access === 'staff' ? { NOT_FOUND } : {}),
    // The name of a permission contains a colon.
    ...(contract.access.includes(':') ? { PERMISSION_DENIED, ORGANIZATION_NOT_FOUND } : {}),
    ...(isWrite ? { INPUT_NOT_PARSEABLE, BODY_TOO_LARGE } : {}),
    ...(contract.http!.method === 'POST' ? { IDEMPOTENCY_KEY_RUNNING, IDEMPOTENCY_KEY_REUSED } : {}),
    ...(contract.idempotencyKey === 'required' ? { IDEMPOTENCY_KEY_MISSING } : {}),
  };
}

/** Describes the callers who may use the operation. */
function describeCallers({ access }: Contract): string {
  if (access === 'public') return 'Everybody can call this operation without signing in.';
  if (access === 'account') return 'Everybody who is signed in can call this operation.';
  if (access === 'staff') return 'Only staff of the provider can call this operation.';
  // `service`: only other services call the operation, without HTTP.
  if (!(access in permissions)) return '';
  const rule = permissionRule(access as PermissionName);
  const roles = rule.roles.map((role) => role.replaceAll('_', ' ')).join(', ');
  // An external is not a member, but is included in everybody.
  const flag = rule.flag ? `, and ${rule.external ? 'everybody' : 'members'} with \`${rule.flag}\`` : '';
  return `Requires \`${access}\` (${rule.means}): ${roles}${flag}.`;
}

function describeSignIn({ requiresRecentSignIn }: Contract): string {
  if (!requiresRecentSignIn) return '';
  return `Requires a sign-in within the last ${RECENT_SIGN_IN_S / 60} minutes. API tokens cannot call this operation.`;
}

/** Returns the JSON Schema of a Zod schema; adds named schemas to the components. */
function toJsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  // Leaves out `$schema` and `id`: the name of the component replaces them.
  const {
    $defs,
    $schema: _,
    ...rootSchema
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & { $defs?: Record<string, Json> };
  const componentNames = new Map<string, string>();
  for (const [name, definition] of Object.entries($defs ?? {})) {
    const { id: __, ...definitionSchema } = definition;
    const existingSchema = schemas[name];
    const componentJson = JSON.stringify(referToComponents(definitionSchema, new Map()));
    // The input and the output of one Zod schema can differ, for example by default values. The second form then gets a
    // suffix.
    const isNameUsable = existingSchema === undefined || JSON.stringify(existingSchema) === componentJson;
    const componentName = isNameUsable ? name : `${name}${io === 'input' ? 'Input' : 'Output'}`;
    componentNames.set(name, componentName);
    schemas[componentName] = JSON.parse(componentJson);
  }
  const { id: ___, ...schemaWithoutId } = rootSchema;
  return referToComponents(schemaWithoutId, componentNames) as Json;
}

/** Replaces references to `$defs` by references to components. A definition without an entry keeps its name. */
function referToComponents(value: unknown, componentNames: ReadonlyMap<string, string>): unknown {
  return JSON.parse(
    JSON.stringify(value).replaceAll(
      /"#\/\$defs\/([^"]+)"/g,
      (_, name: string) => `"#/components/schemas/${componentNames.get(name) ?? name}"`,
    ),
  );
}

const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457 problem',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', description: 'Stable code of the problem; programs compare the code, not the texts' },
    traceId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string', description: 'JSON pointer (RFC 6901)' },
          detail: { type: 'string' },
          code: { type: 'string' },
        },
        required: ['pointer', 'detail', 'code'],
      },
    },
  },
  required: ['type', 'title', 'status', 'instance', 'code', 'traceId'],
};
