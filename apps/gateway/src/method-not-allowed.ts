import type { FastifyInstance, HTTPMethods } from 'fastify';
import { sendProblem, sharedProblem } from './problem.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/**
 * Records the methods of the routes that are added from now on. The returned function adds routes for all other
 * methods of the same paths. The added routes answer 405 with `Allow` (RFC 9110, section 15.5.6).
 */
export function recordMethods(app: FastifyInstance): () => void {
  /** The routes by their paths without the names of parameters, which can differ between the methods of a path. */
  const routes = new Map<string, { url: string; methods: Set<string> }>();
  let isRecording = true;
  app.addHook('onRoute', ({ url, method }) => {
    // CORS adds a route for OPTIONS of all paths. A path without other routes does not exist.
    if (!isRecording || url === '*') return;
    const path = url.replaceAll(/:\w+/g, ':');
    const route = routes.get(path) ?? { url, methods: new Set() };
    for (const each of [method].flat()) route.methods.add(each);
    routes.set(path, route);
  });
  return () => {
    isRecording = false;
    for (const { url, methods } of routes.values()) {
      // Fastify adds HEAD to the routes of GET.
      if (methods.has('GET')) methods.add('HEAD');
      const allow = METHODS.filter((method) => methods.has(method)).join(', ');
      app.route({
        url,
        method: METHODS.filter((method) => !methods.has(method)),
        handler: (request, reply) =>
          sendProblem(request, reply.header('allow', allow), sharedProblem('METHOD_NOT_ALLOWED')),
      });
    }
  };
}
