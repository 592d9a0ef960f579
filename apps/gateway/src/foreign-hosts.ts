import { HOST_NOT_ALLOWED, type OwnHosts } from '@cordee/service/own-hosts';
import type { FastifyInstance } from 'fastify';
import { sendProblem, sharedProblem } from './problem.ts';

/** Paths for programs. These paths need a token or show nothing secret, so they are served under every host name. */
const PROGRAM_PATH = /^\/(v1|health|\.well-known|openapi\.json)(\/|\?|$)/;

/** Refuses to serve the pages under the host name of another site, and HTTP/1.1 requests without a host name. */
export function refuseForeignHosts(app: FastifyInstance, hosts: OwnHosts): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
      return sendProblem(
        request,
        reply,
        sharedProblem('INPUT_NOT_PARSEABLE', { detail: 'the Host header is missing' }),
      );
    if (PROGRAM_PATH.test(request.url) || hosts.includes(request.host)) return;
    return sendProblem(request, reply, HOST_NOT_ALLOWED);
  });
}
