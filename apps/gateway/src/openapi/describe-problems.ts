import type { Contract } from '@cordee/contracts/contract';
import { capitalize, type Json } from './json.ts';
import { possibleErrors, sharedError, type PossibleError } from './possible-errors.ts';
import { headersOf, type HeaderName } from './response-headers.ts';

/** The component responses and examples of problems. */
export class ProblemComponents {
  readonly responses: Record<string, Json> = {};
  readonly examples: Record<string, Json> = {};

  constructor() {
    // Each path answers methods that it does not have with this error, so no operation can list the error.
    this.responseOf([sharedError('METHOD_NOT_ALLOWED')]);
  }

  /** Returns the answers of an operation to calls that fail, by status. */
  describe(contract: Contract): Record<string, Json> {
    const byStatus = Map.groupBy(possibleErrors(contract), ({ status }) => String(status));
    return Object.fromEntries([...byStatus].map(([status, errors]) => [status, this.responseOf(errors)]));
  }

  /** Returns the answer with the errors. An answer with one or two shared errors is a component for many operations. */
  private responseOf(errors: readonly PossibleError[]): Json {
    const response = this.describeResponse(errors);
    if (errors.length > 2 || !errors.every(({ isShared }) => isShared)) return response;
    const name = errors.map(({ code }) => pascalCase(code)).join('Or');
    this.responses[name] = response;
    return { $ref: `#/components/responses/${name}` };
  }

  private describeResponse(errors: readonly PossibleError[]): Json {
    return {
      description: errors.map(({ code, title }) => `- \`${code}\`: ${title}`).join('\n'),
      ...headersOf('Content-Language', ...headersByStatus(errors[0]!.status)),
      content: {
        'application/problem+json': {
          schema: {
            allOf: [{ $ref: '#/components/schemas/Problem' }],
            properties: { code: { type: 'string', enum: errors.map(({ code }) => code) } },
          },
          examples: Object.fromEntries(errors.map((error) => [error.code, this.exampleOf(error)])),
        },
      },
    };
  }

  /** A code has one example for all operations, unless the title of the operation differs. */
  private exampleOf({ code, status, title }: PossibleError): Json {
    const example = {
      summary: title,
      value: {
        type: `urn:cordee:problem:${code.toLowerCase()}`,
        title,
        status,
        instance: '/v1/…',
        code,
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        ...(code === 'INPUT_INVALID'
          ? { errors: [{ pointer: '/name', detail: 'is required', code: 'invalid_type' }] }
          : {}),
      },
    };
    const existing = (this.examples[code] ??= example);
    return existing['summary'] === title ? { $ref: `#/components/examples/${code}` } : example;
  }
}

function headersByStatus(status: number): HeaderName[] {
  if (status === 401) return ['WWW-Authenticate'];
  if (status === 405) return ['Allow'];
  return status === 409 || status === 429 || status === 503 ? ['Retry-After'] : [];
}

const pascalCase = (code: string): string => code.toLowerCase().split('_').map(capitalize).join('');

export const problemSchema: Json = {
  type: 'object',
  description: 'A problem (RFC 9457)',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'The path of the request' },
    code: {
      type: 'string',
      description:
        'Stable code of the problem. Programs compare the code, not the texts, and treat an unknown code by its status',
    },
    traceId: { type: 'string', description: 'Identifies the request; support asks for this id' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string', description: 'JSON pointer (RFC 6901)' },
          detail: { type: 'string' },
          code: { type: 'string' },
          line: { type: 'integer', description: 'Line of an uploaded file, from 1' },
        },
        required: ['pointer', 'detail', 'code'],
      },
    },
  },
  required: ['type', 'title', 'status', 'instance', 'code', 'traceId'],
};
