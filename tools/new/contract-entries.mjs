import { camelCase, plural, sentence, snakeCase } from './names.mjs';

const organizationId = 'org_01je5nryg0fgz9y05x3mqpmjrg';

/**
 * Returns the contract of a command or query as `{ imports, code }`. With a permission the contract has a route.
 * Without a permission only services can call the operation.
 */
export function contractEntry({ service, noun, verb, identifier, isCommand, permission }) {
  const kind = isCommand ? 'command' : 'query';
  const route = `/v1/organizations/:organizationId/${plural(noun)}/${verb}`;
  const access = permission
    ? `  http: { method: '${isCommand ? 'POST' : 'GET'}', path: '${route}' },\n  access: '${permission}',`
    : `  access: 'service',\n  callers: [],`;
  return {
    imports: [
      ['../contract.ts', kind],
      ['../id.ts', 'idSchema'],
    ],
    code: `export const ${identifier} = ${kind}({
  subject: 'rpc.${service}.${snakeCase(noun)}.${snakeCase(verb)}.v1',
${access}
  summary: '${sentence(verb, noun)}',
  input: z.object({ organizationId: idSchema('org') }),
  output: z.object({}),
  errors: {},
  example: { input: { organizationId: '${organizationId}' }, output: {} },
});
`,
  };
}

/** Returns the contract of an event as `{ imports, code }`. `verb` is a past participle. */
export function eventEntry({ service, noun, verb, identifier }) {
  // Without a verb, `sentence` returns the noun with its article.
  const entity = `${camelCase(noun)}Id`;
  return {
    imports: [
      ['../contract.ts', 'event'],
      ['../id.ts', 'idSchema'],
    ],
    code: `export const ${identifier} = event({
  subject: 'evt.${service}.${snakeCase(noun)}.${snakeCase(verb)}.v1',
  summary: '${sentence('', noun)
    .trim()
    .replace(/^./, (letter) => letter.toUpperCase())} was ${verb.replaceAll('-', ' ')}',
  entity: '${entity}',
  data: z.object({ organizationId: idSchema('org'), ${entity}: z.string() }),
  example: { organizationId: '${organizationId}', ${entity}: '${snakeCase(noun)}_1' },
});
`,
  };
}
