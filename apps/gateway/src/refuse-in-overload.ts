import type { FastifyInstance } from 'fastify';
import type { CallQueues } from './call-queues.ts';
import type { CallerAuthentication } from './caller-authentication.ts';
import { sendProblem, sharedProblem } from './problem.ts';
import { clientNetwork } from './rate-limits.ts';
import { organizationOf } from './request-context.ts';
import type { RequestLog } from './request-log.ts';

const TOO_MANY_CALLS = sharedProblem('SERVICE_UNAVAILABLE', { detail: 'too many calls at the moment', retryAfter: 1 });

/**
 * Adds a hook that refuses a request whose call would be refused by its queue. The hook runs before all costly work, so
 * that in overload the refusals leave the processor to the other requests. Refusals are counted, but not logged.
 */
export function refuseInOverload(
  app: FastifyInstance,
  { queues, callers, requestLog }: { queues: CallQueues; callers: CallerAuthentication; requestLog: RequestLog },
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { contract } = request.routeOptions.config;
    if (!contract?.http || contract.http.upload || contract.http.download) return done();
    const caller = callers.recentRateLimitKey(request) ?? clientNetwork(request);
    if (!queues.refusesAtOnce(contract, caller, organizationOf(request))) return done();
    requestLog.countProblem(TOO_MANY_CALLS.code);
    sendProblem(request, reply, TOO_MANY_CALLS);
  });
}
