// Orders products, pays the pro forma from the prepaid account, and handles errors by their codes. A repeated call with
// the same `orderKey` orders and pays once. `openapi.ts` is generated from the OpenAPI document:
// npx openapi-typescript https://cordee.example/openapi.json --default-non-nullable false --output openapi.ts
import type { components, operations } from './openapi.ts';

type Document = components['schemas']['Document'];
type Body<Operation extends { requestBody: object }> = Operation['requestBody'] extends {
  content: { 'application/json': infer Json };
}
  ? Json
  : never;
type AnswerOf<Operation extends { responses: object }> = {
  [Status in keyof Operation['responses']]: Operation['responses'][Status] extends {
    content: { 'application/json': infer Json };
  }
    ? Json
    : never;
}[keyof Operation['responses']];
/** The problems of an operation, one type per status, each with the codes that the operation can answer. */
type ProblemOf<Operation extends { responses: object }> = {
  [Status in keyof Operation['responses']]: Operation['responses'][Status] extends {
    content: { 'application/problem+json': infer Problem };
  }
    ? Problem
    : never;
}[keyof Operation['responses']];
type Result<Operation extends { responses: object }> =
  | { answer: AnswerOf<Operation>; problem?: never }
  | { answer?: never; problem: ProblemOf<Operation>; retryAfter: number | undefined };

export interface Organization {
  /** `https://cordee.example/v1/organizations/org_…` */
  url: string;
  /** An API token with the scopes `product:order` and `payment:make`. */
  token: string;
}

async function post<Operation extends { requestBody: object; responses: object }>(
  { url, token }: Organization,
  path: string,
  idempotencyKey: string,
  body: Body<Operation>,
): Promise<Result<Operation>> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
    },
    body: JSON.stringify(body),
  });
  if (response.ok) return { answer: (await response.json()) as AnswerOf<Operation> };
  const seconds = response.headers.get('retry-after');
  const problem = (await response.json()) as ProblemOf<Operation>;
  return { problem, retryAfter: seconds === null ? undefined : Number(seconds) };
}

/** Returns the paid invoice, or the amount to pay when the prepaid balance is too low. */
export async function orderAndPay(
  organization: Organization,
  orderKey: string,
  order: Body<operations['createOrder']>,
): Promise<{ invoice: Document } | { unpaid: components['schemas']['Order']['total'] }> {
  const created = await post<operations['createOrder']>(organization, '/orders', orderKey, order);
  if (created.problem) {
    switch (created.problem.code) {
      case 'PRODUCT_TYPE_UNKNOWN':
      case 'INPUT_INVALID':
        throw new Error(`${created.problem.title}: ${JSON.stringify(created.problem.errors)}`);
      case 'ADDRESS_MISSING':
        throw new Error('Add a billing address first');
      case 'VAT_PLACE_UNCONFIRMED':
        throw new Error('Ask the buyer to confirm the country of the address, and set its isPlaceConfirmed');
      case 'RATE_LIMITED':
      case 'SERVICE_UNAVAILABLE':
        throw new Error(`Try again with the same key in ${created.retryAfter} seconds`);
      default:
        throw new Error(`${created.problem.code} (trace ${created.problem.traceId})`);
    }
  }
  const { proFormaId, total } = created.answer;
  const path = `/documents/${proFormaId}/pay`;
  const paid = await post<operations['payDocument']>(organization, path, `${orderKey} pay`, { method: 'prepaid' });
  if (!paid.problem) return { invoice: paid.answer };
  switch (paid.problem.code) {
    case 'PREPAID_INSUFFICIENT':
      return { unpaid: total };
    // @ts-expect-error The operation has no such code, so the compiler finds misspelled codes.
    case 'PREPAID_INSUFICIENT':
      throw new Error('never');
    default:
      throw new Error(`${paid.problem.code} (trace ${paid.problem.traceId})`);
  }
}
