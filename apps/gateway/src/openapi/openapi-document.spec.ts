import { contracts } from '@cordee/contracts/catalogue';
import { describe, expect, it } from '@jest/globals';
import { mapObjects, type Json } from './json.ts';
import { openApiDocument } from './openapi-document.ts';

interface Answer {
  $ref?: string;
  headers?: Record<string, unknown>;
  content?: Record<
    string,
    {
      schema: Json & { properties: { code: { enum: string[] } } };
      examples: Record<string, { $ref?: string; value: Json }>;
    }
  >;
}
interface OperationJson {
  operationId: string;
  tags: string[];
  parameters?: { name: string; in: string }[];
  security: Record<string, string[]>[];
  description: string;
  requestBody?: { content: Record<string, { schema: Json }> };
  responses: Record<string, Answer>;
}
interface Document {
  servers: Json[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, OperationJson>>;
  components: {
    schemas: Record<string, Json>;
    responses: Record<string, Answer>;
    examples: Record<string, { value: Json }>;
    securitySchemes: Record<string, Json>;
  };
}

const document = openApiDocument(contracts) as unknown as Document;
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
const operationOf = (name: string): OperationJson => operations.find(({ operationId }) => operationId === name)!;
const componentOf = <T>(components: Record<string, T>, $ref: string): T => components[$ref.split('/').at(-1)!]!;
const answerOf = (answer: Answer): Answer =>
  answer.$ref ? componentOf(document.components.responses, answer.$ref) : answer;
const problemsOf = ({ responses }: OperationJson): [status: string, answer: Answer][] =>
  Object.entries(responses).flatMap(([status, answer]) =>
    'application/problem+json' in (answerOf(answer).content ?? {}) ? [[status, answerOf(answer)]] : [],
  );
const codesOf = (operation: OperationJson, status: number): string[] =>
  answerOf(operation.responses[status]!).content!['application/problem+json']!.schema.properties.code.enum;

/** Returns the objects with named fields that a schema contains or refers to. */
function objectsOf(schema: Json, visited = new Set<string>()): Json[] {
  const objects: Json[] = [];
  mapObjects(schema, (object) => {
    if (object['type'] === 'object' && object['properties']) objects.push(object);
    const reference = object['$ref'] as string | undefined;
    if (reference && !visited.has(reference)) {
      visited.add(reference);
      objects.push(...objectsOf(componentOf(document.components.schemas, reference), visited));
    }
    return object;
  });
  return objects;
}

describe('the OpenAPI document', () => {
  it('names the public address as its server; without an address, a server with a variable host', () => {
    expect((openApiDocument(contracts, 'https://api.example/') as unknown as Document).servers).toEqual([
      { url: 'https://api.example' },
    ]);
    expect(document.servers).toMatchObject([{ url: 'https://{host}' }]);
  });

  it('describes every tag, and uses every tag', () => {
    const used = new Set(operations.flatMap(({ tags }) => tags));
    expect([...used]).toEqual(document.tags.map(({ name }) => name));
    expect(document.tags.every(({ description }) => description.length > 0)).toBe(true);
  });

  it('lists a collection before its items: list, create, read, change, delete', () => {
    const teams = operations.filter(({ tags }) => tags.includes('Teams')).map(({ operationId }) => operationId);
    const inOrder = ['listTeams', 'createTeam', 'getTeam', 'changeTeam', 'deleteTeam'];
    expect(teams.filter((name) => inOrder.includes(name))).toEqual(inOrder);
  });

  it('names bodies after their operation, and answers after their content or their operation', () => {
    const schemaOf = (answer: Answer) => answer.content!['application/json']!.schema;
    const { requestBody, responses } = operationOf('createTeam');
    expect(requestBody!.content['application/json']!.schema).toEqual({ $ref: '#/components/schemas/CreateTeamBody' });
    expect(schemaOf(responses['201']!)).toEqual({ $ref: '#/components/schemas/Team' });
    expect(schemaOf(operationOf('listTeams').responses['200']!)).toEqual({ $ref: '#/components/schemas/TeamPage' });
    expect(schemaOf(operationOf('checkAccess').responses['200']!)).toEqual({
      $ref: '#/components/schemas/CheckAccessAnswer',
    });
  });
});

describe.each(operations.map((operation) => [operation.operationId, operation] as const))('%s', (_, operation) => {
  it('has a closed body and an open answer, at every level', () => {
    const schemasOf = (content: Record<string, { schema: Json }> = {}) =>
      Object.values(content).map(({ schema }) => schema);
    const bodies = schemasOf(operation.requestBody?.content).flatMap((schema) => objectsOf(schema));
    expect(bodies.filter((object) => object['additionalProperties'] !== false)).toEqual([]);
    const answers = Object.values(operation.responses).flatMap((answer) => schemasOf(answerOf(answer).content));
    expect(
      answers.flatMap((schema) => objectsOf(schema)).filter((object) => object['additionalProperties'] === false),
    ).toEqual([]);
  });

  it('lists the codes of each status, each with an example', () => {
    for (const [status, answer] of problemsOf(operation)) {
      const { schema, examples } = answer.content!['application/problem+json']!;
      expect(Object.keys(examples)).toEqual(schema.properties.code.enum);
      for (const [code, example] of Object.entries(examples)) {
        const { value } = example.$ref ? componentOf(document.components.examples, example.$ref) : example;
        expect(value).toMatchObject({ code, status: Number(status) });
      }
    }
  });

  it('declares the headers of its answers', () => {
    for (const [status, answer] of Object.entries(operation.responses)) {
      const names = Object.keys(answerOf(answer).headers ?? {});
      expect(names).toEqual(
        expect.arrayContaining(['X-Request-Id', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset']),
      );
      expect(names.includes('WWW-Authenticate')).toBe(status === '401');
      expect(names.includes('Retry-After')).toBe(['409', '429', '503'].includes(status));
    }
  });

  it('has the parameter Accept-Language, and problems with Content-Language', () => {
    expect(operation.parameters!.filter(({ name }) => name === 'Accept-Language')).toHaveLength(1);
    for (const [, answer] of problemsOf(operation)) expect(Object.keys(answer.headers!)).toContain('Content-Language');
  });
});

describe('service tokens', () => {
  const securityOf = (name: string): string[] => operationOf(name).security.flatMap((scheme) => Object.keys(scheme));

  it('are a security scheme', () => expect(Object.keys(document.components.securitySchemes)).toContain('serviceToken'));

  it.each([
    ['listDocuments', 'document:read'],
    ['listMembers', 'member:read'],
    ['listProducts', 'product:read'],
  ])('can call %s with the scope %s', (name, scope) => {
    expect(operationOf(name).security).toContainEqual({ serviceToken: [scope] });
    expect(operationOf(name).description).toContain(`Service tokens with the scope \`${scope}\``);
  });

  it.each(['search', 'downloadDocument', 'downloadEInvoice'])('cannot call %s, and the description says so', (name) => {
    expect(securityOf(name)).toEqual(['bearer', 'apiToken']);
    expect(operationOf(name).description).toContain('Service tokens cannot call this operation.');
  });

  it.each(['changeTeam', 'createOrder', 'listApiTokens', 'listProductTypes'])('cannot call %s', (name) => {
    expect(securityOf(name)).not.toContain('serviceToken');
  });
});

describe('the errors', () => {
  it.each(['createTeam', 'setPersonRights', 'changeTeam', 'deleteTeam', 'startDocumentExport'])(
    'of %s include the errors of Idempotency-Key and Access-Revision, which are parameters',
    (name) => {
      const operation = operationOf(name);
      expect(codesOf(operation, 409)).toContain('IDEMPOTENCY_KEY_RUNNING');
      expect(codesOf(operation, 422)).toEqual(
        expect.arrayContaining(['IDEMPOTENCY_KEY_REUSED', 'ACCESS_REVISION_INVALID']),
      );
      expect(operation.parameters!.map((parameter) => parameter.name)).toEqual(
        expect.arrayContaining(['Idempotency-Key', 'Access-Revision']),
      );
    },
  );

  it('of createSession include no error of Idempotency-Key, because the answer is not stored', () => {
    const operation = operationOf('createSession');
    expect(Object.keys(operation.responses)).not.toContain('409');
    expect(codesOf(operation, 422)).toEqual(['INPUT_INVALID']);
  });

  it('of importBankFile include the errors of uploads', () => {
    expect(codesOf(operationOf('importBankFile'), 413)).toEqual(
      expect.arrayContaining(['BODY_TOO_LARGE', 'FILE_TOO_LARGE']),
    );
  });

  it('for a wrong method are a component with the header Allow', () => {
    expect(Object.keys(document.components.responses['MethodNotAllowed']!.headers!)).toContain('Allow');
  });
});

describe('an answer', () => {
  const headersOf = (name: string, status: number): string[] =>
    Object.keys(answerOf(operationOf(name).responses[status]!).headers!);

  it('has an ETag when it has a version or is public', () => {
    const namesWithEtag = ['getTeam', 'changeTeam', 'listProductTypes'];
    expect(namesWithEtag.map((name) => headersOf(name, 200).includes('ETag'))).toEqual([true, true, true]);
    expect(headersOf('listTeams', 200)).not.toContain('ETag');
  });

  it('with texts in the language of the caller has Content-Language', () => {
    const names = ['explainAccess', 'simulateRenewals', 'listProductTypes', 'addTeamMembers'];
    for (const name of names) expect(headersOf(name, 200)).toContain('Content-Language');
    expect(headersOf('listProductTypes', 304)).toContain('Content-Language');
    expect(headersOf('getTeam', 200)).not.toContain('Content-Language');
  });

  it('with a file has the header of its name, and a media type', () => {
    expect(headersOf('downloadDocument', 200)).toContain('Content-Disposition');
    expect(Object.keys(operationOf('downloadDocument').responses['200']!.content!)).toEqual(['application/pdf']);
    expect(Object.keys(operationOf('exportDocuments').responses['200']!.content!)).toEqual(['text/csv; charset=utf-8']);
  });
});

describe('a new password', () => {
  it.each([
    ['RequestSignUpBody', 15],
    ['AcceptInvitationBody', 15],
    ['ConfirmPasswordResetBody', 8],
  ])('in %s has at least %i characters, in schema and description', (name, minLength) => {
    const { password } = document.components.schemas[name]!['properties'] as { password: Json };
    expect(password['minLength']).toBe(minLength);
    expect(password['description']).toContain(String(minLength));
  });
});
