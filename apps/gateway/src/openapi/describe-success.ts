import type { Contract } from '@cordee/contracts/contract';
import { isPublicQuery } from '../public-query.ts';
import { readsAccessRevision } from '../operation-headers.ts';
import { hasRowErrors } from '../row-errors.ts';
import type { ComponentSchemas } from './component-schemas.ts';
import { capitalize, type Json } from './json.ts';
import { headersOf } from './response-headers.ts';

/** Returns the answers of an operation to calls that succeed, by status. */
export function describeSuccess(name: string, contract: Contract, schemas: ComponentSchemas): Record<string, Json> {
  const { status = 200, download } = contract.http!;
  const revision = readsAccessRevision(contract) ? (['Access-Revision'] as const) : [];
  if (download)
    return {
      [status]: {
        description: 'The file',
        ...headersOf('Content-Disposition', ...revision),
        content: Object.fromEntries(download.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
      },
    };
  if (status === 204) return { 204: { description: 'Done', ...headersOf(...revision) } };
  const schema = nameAnswer(name, schemas.outputOf(contract), schemas);
  const isCacheable = isPublicQuery(contract);
  const language = hasTexts(contract) ? (['Content-Language'] as const) : [];
  const etag = isCacheable || hasVersion(contract) ? (['ETag'] as const) : [];
  return {
    [status]: {
      description: descriptions[status],
      ...headersOf(...revision, ...etag, ...language),
      content: { 'application/json': { schema, example: contract.example.output } },
    },
    ...(isCacheable
      ? { 304: { description: 'The copy that `If-None-Match` names is current', ...headersOf('ETag', ...language) } }
      : {}),
  };
}

const descriptions = { 200: 'OK', 201: 'Created', 202: 'Accepted' } as const;

/** True when the answer has texts in the language of the caller. */
const hasTexts = (contract: Contract): boolean => contract.hasLocalizedOutput === true || hasRowErrors(contract);

/** True when the output has a version, which becomes the ETag of the answer. */
const hasVersion = ({ output }: Contract): boolean =>
  'version' in ((output as unknown as { shape?: object }).shape ?? {});

/** Makes the schema of an answer a component: `TeamPage` for a page of teams, otherwise `<operation>Answer`. */
function nameAnswer(name: string, schema: Json, schemas: ComponentSchemas): Json {
  if ('$ref' in schema) return schema;
  const pageName = `${rowNameOf(schema)}Page`;
  const isPage = rowNameOf(schema) !== undefined && schemas.accepts(pageName, schema);
  return schemas.add(isPage ? pageName : `${capitalize(name)}Answer`, schema);
}

/** Returns the name of the rows of a page; undefined when the answer is no page, or its rows have no name. */
function rowNameOf(schema: Json): string | undefined {
  const { data, nextCursor } = (schema['properties'] ?? {}) as Record<string, { items?: { $ref?: string } }>;
  return nextCursor && data?.items?.$ref?.split('/').at(-1);
}
