import type { FastifyInstance } from 'fastify';
import type { CallQueues } from './call-queues.ts';
import type { CallerAuthentication } from './caller-authentication.ts';
import { sendProblem, sharedProblem } from './problem.ts';
import { clientNetwork } from './rate-limits.ts';
import { contextOf, organizationOf } from './request-context.ts';

const TOO_MANY_CALLS = sharedProblem('SERVICE_UNAVAILABLE', { detail: 'too many calls at the moment', retryAfter: 1 });

/**
 * Adds a hook that refuses a request whose call would be refused by its queue. The hook runs after the hooks that add
 * headers to all answers and before all costly work, so that in overload the refusals leave the processor to the other
 * requests. Refusals are counted, but not logged.
 */
export function refuseInOverload(
  app: FastifyInstance,
  { queues, callers }: { queues: CallQueues; callers: CallerAuthentication },
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { contract } = request.routeOptions.config;
    if (!contract?.http || contract.http.upload || contract.http.download) return done();
    const caller = callers.recentRateLimitKey(request) ?? clientNetwork(request);
    if (!queues.refusesAtOnce(contract, caller, organizationOf(request))) return done();
    contextOf(request).isLogged = false;
    sendProblem(request, reply, TOO_MANY_CALLS);
  });
}
