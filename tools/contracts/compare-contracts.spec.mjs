import { describe, expect, it } from '@jest/globals';
import { addChangelogLine } from './add-changelog-line.mjs';
import { compareContracts, formatChange } from './baseline.mjs';
import { readContracts, withoutTexts } from './read-contracts.mjs';

const schema = { type: 'object', properties: { name: { type: 'string' } } };
const json = (content) => ({ content: { 'application/json': { schema: content } } });
const problem = (...codes) => ({
  content: {
    'application/problem+json': {
      schema: {
        allOf: [{ $ref: '#/components/schemas/Problem' }],
        properties: { code: { type: 'string', enum: codes } },
      },
    },
  },
});
const components = {
  schemas: { Problem: { type: 'object', properties: { traceId: { type: 'string' } }, required: ['traceId'] } },
  headers: { ETag: { required: true, schema: { type: 'string' } } },
  securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
};
const created = { headers: { ETag: { $ref: '#/components/headers/ETag' } }, ...json(schema) };
const operation = {
  operationId: 'createTeam',
  parameters: [{ in: 'query', name: 'limit', required: false, schema: { type: 'integer' } }],
  requestBody: { required: false, ...json(schema) },
  responses: { 201: created, 409: problem('TEAM_NAME_TAKEN') },
  security: [{ bearer: [] }, { apiToken: ['team:manage'] }],
};
const withOperation = (changes = {}) => ({
  openapi: { paths: { '/v1/teams': { post: { ...operation, ...changes } } }, components },
  events: {},
  calls: {},
});
const textsOf = (before, after) => compareContracts(before, after).map(formatChange);

describe('an operation', () => {
  it.each([
    ['an optional parameter', { parameters: [...operation.parameters, { in: 'query', name: 'q', schema: {} }] }],
    ['an error code', { responses: { ...operation.responses, 409: problem('TEAM_NAME_TAKEN', 'TEAM_FULL') } }],
    ['a status of errors', { responses: { ...operation.responses, 410: problem('TEAM_GONE') } }],
    ['a way to authenticate', { security: [...operation.security, { mtls: [] }] }],
    [
      'a header',
      { responses: { ...operation.responses, 201: { ...created, headers: { ...created.headers, Age: {} } } } },
    ],
  ])('may gain %s', (_, changes) => {
    expect(textsOf(withOperation(), withOperation(changes))).toEqual([]);
  });

  it('may be new', () => {
    expect(textsOf({ ...withOperation(), openapi: { paths: {}, components } }, withOperation())).toEqual([]);
  });

  const [limit] = operation.parameters;
  it.each([
    [
      'is renamed',
      { operationId: 'addTeam' },
      /renamed to addTeam \(openapi#\/paths\/~1v1~1teams\/post\/operationId\)/,
    ],
    ['loses a parameter', { parameters: [] }, /the parameter no longer exists \(.*\/parameters\/query limit\)/],
    [
      'has a new required parameter',
      { parameters: [limit, { in: 'query', name: 'q', required: true, schema: {} }] },
      /the new parameter is required/,
    ],
    ['requires a parameter', { parameters: [{ ...limit, required: true }] }, /the parameter becomes required/],
    [
      'has a parameter of another type',
      { parameters: [{ ...limit, schema: { type: 'string', format: 'date' } }] },
      /the type changes from integer to string/,
    ],
    ['loses its body', { requestBody: undefined }, /the operation no longer has a body/],
    ['requires its body', { requestBody: { required: true, ...json(schema) } }, /the body becomes required/],
    [
      'has a body of another media type',
      { requestBody: { content: { 'text/csv': {} } } },
      /no longer has this media type/,
    ],
    ['has another status', { responses: { 200: json(schema), 409: problem('TEAM_NAME_TAKEN') } }, /with this status/],
    [
      'loses a field of its answer',
      { responses: { ...operation.responses, 201: { ...created, ...json({ type: 'object' }) } } },
      /the output no longer has the field/,
    ],
    ['loses a header', { responses: { ...operation.responses, 201: json(schema) } }, /no longer has the header/],
    [
      'renames an error code',
      { responses: { ...operation.responses, 409: problem('NAME_TAKEN') } },
      /no longer has the value "TEAM_NAME_TAKEN" \(.*\/409\/.*\/properties\/code\)/,
    ],
    ['refuses API tokens', { security: [{ bearer: [] }] }, /"team:manage"\]} is no longer enough/],
  ])('breaks callers when it %s', (_, changes, text) => {
    expect(textsOf(withOperation(), withOperation(changes))).toEqual([
      expect.stringMatching(new RegExp(`^createTeam: .*${text.source}`)),
    ]);
  });

  it('breaks callers when it requires authentication, or no longer exists', () => {
    expect(textsOf(withOperation({ security: [] }), withOperation())).toEqual([
      expect.stringContaining('requires authentication now'),
    ]);
    expect(textsOf(withOperation(), { ...withOperation(), openapi: { paths: {}, components } })).toEqual([
      'createTeam: the operation no longer exists (openapi#/paths/~1v1~1teams/post)',
    ]);
  });
});

describe('a component', () => {
  const withComponents = (changes) => {
    const contracts = withOperation();
    return { ...contracts, openapi: { ...contracts.openapi, components: { ...components, ...changes } } };
  };
  const withProblem = (changes) =>
    withComponents({ schemas: { Problem: { ...components.schemas.Problem, ...changes } } });
  const withETag = (header) => withComponents({ headers: { ETag: header } });

  it('may be new', () => {
    const schemas = { ...components.schemas, Team: schema };
    const securitySchemes = { ...components.securitySchemes, mtls: { type: 'mutualTLS' } };
    expect(textsOf(withOperation(), withComponents({ schemas, securitySchemes }))).toEqual([]);
  });

  it.each([
    [
      'a field of problems is removed',
      withProblem({ properties: {}, required: [] }),
      'createTeam: the output no longer has the field (openapi#/components/schemas/Problem/properties/traceId)',
    ],
    [
      'a field of problems has another type',
      withProblem({ properties: { traceId: { type: 'integer' } } }),
      'createTeam: the type changes from string to integer (openapi#/components/schemas/Problem/properties/traceId)',
    ],
    [
      'a field of problems can be absent',
      withProblem({ required: [] }),
      'createTeam: the field can be absent now (openapi#/components/schemas/Problem/properties/traceId)',
    ],
    [
      'a header has another type',
      withETag({ required: true, schema: { type: 'integer' } }),
      'createTeam: the type changes from string to integer (openapi#/components/headers/ETag/schema)',
    ],
    [
      'a header can be absent',
      withETag({ schema: { type: 'string' } }),
      'createTeam: the header can be absent now (openapi#/components/headers/ETag)',
    ],
    [
      'a security scheme changes',
      withComponents({ securitySchemes: { bearer: { type: 'apiKey', in: 'header', name: 'X-Key' } } }),
      'bearer: the security scheme changes (openapi#/components/securitySchemes/bearer)',
    ],
    [
      'a security scheme is removed',
      withComponents({ securitySchemes: {} }),
      'bearer: the component no longer exists (openapi#/components/securitySchemes/bearer)',
    ],
  ])('breaks callers when %s', (_, after, text) => {
    expect(textsOf(withOperation(), after)).toEqual([text]);
  });

  it('breaks generated clients when a schema is renamed', () => {
    const withName = (name) => {
      const responses = { 201: { ...json({ $ref: `#/components/schemas/${name}` }) } };
      const contracts = withOperation({ responses });
      return { ...contracts, openapi: { ...contracts.openapi, components: { schemas: { [name]: schema } } } };
    };
    expect(textsOf(withName('Team'), withName('Squad'))).toEqual([
      'Team: the component no longer exists (openapi#/components/schemas/Team)',
    ]);
  });
});

describe('an event', () => {
  const subject = 'evt.teams.team.created.v1';
  const withEvents = (events) => ({ openapi: { paths: {} }, events, calls: {} });
  const event = { entity: 'teamId', data: schema };

  it('may be new, and may gain fields', () => {
    const data = { ...schema, properties: { ...schema.properties, colour: { type: 'string' } }, required: ['colour'] };
    expect(textsOf(withEvents({}), withEvents({ [subject]: event }))).toEqual([]);
    expect(textsOf(withEvents({ [subject]: event }), withEvents({ [subject]: { ...event, data } }))).toEqual([]);
  });

  it.each([
    ['it no longer exists', {}, /the message no longer exists/],
    ['it is ordered by another field', { [subject]: { ...event, entity: 'name' } }, /ordered by another field/],
    ['a field is removed', { [subject]: { ...event, data: { type: 'object' } } }, /\/data\/properties\/name\)/],
  ])('breaks consumers when %s', (_, events, text) => {
    expect(textsOf(withEvents({ [subject]: event }), withEvents(events))).toEqual([expect.stringMatching(text)]);
  });
});

describe('a call between services', () => {
  const subject = 'rpc.teams.team.list.v1';
  const call = { input: schema, output: schema, errors: ['TEAM_NOT_FOUND'], callers: ['billing', 'search'] };
  const withCalls = (calls) => ({ openapi: { paths: {} }, events: {}, calls });

  it.each([
    ['an input is required', { ...call, input: { ...schema, required: ['name'] } }, 'the field becomes required'],
    ['an output is removed', { ...call, output: { type: 'object' } }, 'the output no longer has the field'],
    ['an error code is removed', { ...call, errors: [] }, 'the call no longer answers TEAM_NOT_FOUND'],
    ['a caller is removed', { ...call, callers: ['search'] }, 'the broker refuses billing now'],
  ])('breaks callers when %s', (_, after, text) => {
    expect(textsOf(withCalls({ [subject]: call }), withCalls({ [subject]: after }))).toEqual([
      expect.stringContaining(text),
    ]);
  });
});

describe('the calls', () => {
  const { calls } = readContracts();

  it('have their callers, the gateway for calls with a route, and every service by name', () => {
    expect(Object.entries(calls).filter(([, { callers }]) => callers.length === 0)).toEqual([]);
    expect(calls['rpc.products.product_type.get_catalogue.v1'].callers).toEqual(['teams']);
    expect(calls['rpc.products.product_type.get_rights.v1'].callers).toEqual(expect.arrayContaining(['billing']));
    expect(calls['rpc.billing.dead_letter.list.v1'].callers).toEqual(['events']);
  });
});

describe('the changes', () => {
  it('of a shared schema are listed once, with the operations that use it', () => {
    const documentWith = (shared) => ({
      events: {},
      calls: {},
      openapi: {
        components: { schemas: { Team: shared } },
        paths: Object.fromEntries(
          ['a', 'b', 'c', 'd', 'e'].map((name) => [
            `/${name}`,
            {
              get: { operationId: name, responses: { 200: json({ $ref: '#/components/schemas/Team' }) }, security: [] },
            },
          ]),
        ),
      },
    });
    expect(textsOf(documentWith(schema), documentWith({ type: 'object' }))).toEqual([
      'a, b, c and 2 more: the output no longer has the field (openapi#/components/schemas/Team/properties/name)',
    ]);
  });

  it('do not concern texts, but fields that are named like keywords', () => {
    const described = { type: 'object', description: 'x', properties: { description: { type: 'string', title: 'y' } } };
    expect(withoutTexts(described)).toEqual({ type: 'object', properties: { description: { type: 'string' } } });
  });
});

describe('the changelog', () => {
  it('gets a line in the newest release, below earlier lines of its heading', () => {
    const changelog = '# Changelog\n\n## [2]\n\n### Added\n\n- x\n\n## [1]\n';
    const once = addChangelogLine(changelog, '- first');
    expect(once).toBe('# Changelog\n\n## [2]\n\n### Contract baseline\n\n- first\n\n### Added\n\n- x\n\n## [1]\n');
    expect(addChangelogLine(once, '- second')).toContain('### Contract baseline\n\n- second\n- first\n\n### Added');
  });
});
