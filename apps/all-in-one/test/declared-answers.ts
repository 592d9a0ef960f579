import { contracts } from '@cordee/contracts/catalogue';
import type { Contract } from '@cordee/contracts/contract';
import { openApiDocument } from '@cordee/gateway/openapi/openapi-document';

interface Answer {
  $ref?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { schema: { properties?: { code?: { enum: string[] } } } }>;
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>;
  components: { responses: Record<string, Answer> };
}

/** Headers that clients use, so the document must declare them. */
const checkedHeaders = ['etag', 'access-revision', 'retry-after', 'www-authenticate', 'content-disposition', 'allow'];

/** Compares answers over HTTP with the OpenAPI document. */
export class DeclaredAnswers {
  private readonly document = openApiDocument(contracts) as unknown as Document;

  /** Returns the parts of an answer that the document does not declare: status, content type, error code, headers. */
  undeclaredIn({ http }: Contract, response: Response, body: string): string[] {
    const { method, path } = http!;
    const operation = this.document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]![method.toLowerCase()]!;
    const declared = operation.responses[response.status];
    if (!declared) return [`${response.status}: ${body}`];
    const { headers = {}, content = {} } = declared.$ref
      ? this.document.components.responses[declared.$ref.split('/').at(-1)!]!
      : declared;
    const type = response.headers.get('content-type');
    const media = Object.entries(content).find(([name]) => type?.startsWith(name));
    const codes = media?.[1].schema.properties?.code?.enum;
    const declaredHeaders = Object.keys(headers).map((name) => name.toLowerCase());
    return [
      ...(type && !media ? [`content-type ${type}`] : []),
      ...(codes && !codes.includes((JSON.parse(body) as { code: string }).code) ? [body] : []),
      ...checkedHeaders.filter((name) => response.headers.has(name) && !declaredHeaders.includes(name)),
    ];
  }
}
