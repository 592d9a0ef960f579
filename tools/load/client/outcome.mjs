/** Statuses with which Cordée refuses work for lack of capacity. */
const shedStatuses = new Set([429, 503]);

/** The code of the rate limit of the gateway, which is a setting and not a lack of capacity. */
export const RATE_LIMITED = 'RATE_LIMITED';

/**
 * Classifies an answer as `ok`, `shed` or `error`, with a code for the last two. A refusal counts as shed only when it
 * tells the caller what happened and when to try again: a problem (RFC 9457) with a positive `Retry-After`.
 */
export function classify({ status, headers, text }, expectedStatuses = []) {
  if ((status >= 200 && status < 300) || expectedStatuses.includes(status)) return { kind: 'ok' };
  const problem = parseProblem(headers, text);
  if (!shedStatuses.has(status)) return { kind: 'error', code: problem?.code ?? `HTTP_${status}` };
  if (!problem) return { kind: 'error', code: `${status}_WITHOUT_PROBLEM` };
  if (problem.status !== status) return { kind: 'error', code: `${status}_IN_PROBLEM_OF_${problem.status}` };
  if (!(Number(headers['retry-after']) > 0)) return { kind: 'error', code: `${status}_WITHOUT_RETRY_AFTER` };
  return { kind: 'shed', code: problem.code };
}

/** Classifies a request without an answer. */
export const classifyFailure = ({ code, message }) => ({ kind: 'error', code: code ?? message });

/** Returns the problem in an answer, or undefined when the answer is not a problem with a code. */
export function parseProblem(headers, text) {
  if (!(headers['content-type'] ?? '').startsWith('application/problem+json')) return undefined;
  try {
    const problem = JSON.parse(text);
    return typeof problem.code === 'string' && typeof problem.status === 'number' ? problem : undefined;
  } catch {
    return undefined;
  }
}
