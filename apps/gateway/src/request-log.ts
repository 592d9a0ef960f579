import { idSchema } from '@cordee/contracts/id';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { BrokenRequestAnswer } from '@cordee/service/broken-request';
import { contextOf, traceIdOf } from './request-context.ts';

/** The upper bounds of the histogram of durations, in seconds. */
const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** The route of a request whose path does not exist. With the path itself, each path would have its own time series. */
const UNKNOWN_ROUTE = 'unknown';
const MS_PER_S = 1_000;
const FIRST_SERVER_ERROR = 500;
const CLIENT_CLOSED_REQUEST = 499;
/** Only a valid id is logged, because the path of a request can contain any text. */
const OrganizationId = idSchema('org');

/**
 * Writes one log line per request, except for refusals in overload, and counts requests and problems. Neither the log
 * nor the metrics contain input or secrets.
 */
export class RequestLog {
  private readonly durations = new Histogram({
    name: 'cordee_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_S,
    registers: [],
  });
  private readonly problems = new Counter({
    name: 'cordee_http_problems_total',
    help: 'Answers with a problem; RATE_LIMITED and SIGN_IN_LIMITED are refusals of limits',
    labelNames: ['code'],
    registers: [],
  });

  constructor(private readonly log: Logger) {}

  /** Adds the metrics to a registry of Prometheus. */
  register(registry: Registry): void {
    registry.registerMetric(this.durations);
    registry.registerMetric(this.problems);
  }

  addHook(app: FastifyInstance): void {
    app.addHook('onRequest', async (request, reply) => this.watch(request, reply));
  }

  /** Records the request when it ends. */
  watch(request: FastifyRequest, reply: FastifyReply): void {
    const startedAt = performance.now();
    // The event `close` comes once: after the answer, or when the client has closed the connection.
    reply.raw.once('close', () => this.record(request, reply, performance.now() - startedAt));
  }

  /**
   * Counts a problem and writes no log line. If refused connections were logged, a client could fill the log by opening
   * connections.
   */
  countProblem(code: string): void {
    this.problems.inc({ code });
  }

  /**
   * Records input that is not HTTP, has too large headers, or arrives too slowly. `answer` is undefined when the client
   * got no answer; then nothing is recorded.
   */
  recordBrokenRequest(answer: BrokenRequestAnswer | undefined): void {
    if (!answer) return;
    this.countProblem(answer.code);
    this.log.info({ ...answer, caller: 'anonymous' }, 'broken request');
  }

  private record(request: FastifyRequest, reply: FastifyReply, ms: number): void {
    const { method, params, routeOptions } = request;
    const { requestId, caller, problemCode, span, isLogged } = contextOf(request);
    const route = routeOptions.url ?? UNKNOWN_ROUTE;
    // Without headers, the client has closed the connection before the answer: 499, as nginx logs it.
    const status = reply.raw.headersSent ? reply.statusCode : CLIENT_CLOSED_REQUEST;
    this.durations.observe({ method, route, status }, ms / MS_PER_S);
    if (problemCode !== undefined) this.countProblem(problemCode);
    span?.end(
      { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status },
      status >= FIRST_SERVER_ERROR,
    );
    if (!isLogged) return;
    // Fastify has no parameters for a path that it cannot decode.
    const organizationId = (params as { organizationId?: string } | null)?.organizationId;
    const isOrganizationId = organizationId !== undefined && OrganizationId.safeParse(organizationId).success;
    // Load balancers and monitoring ask for the health every few seconds.
    this.log[route.startsWith('/health/') ? 'debug' : 'info'](
      {
        method,
        route,
        status,
        ms: Math.round(ms * 10) / 10,
        ...(problemCode === undefined ? {} : { code: problemCode }),
        ...(isOrganizationId ? { organizationId } : {}),
        caller,
        requestId,
        traceId: traceIdOf(request),
        ...(reply.raw.writableFinished ? {} : { isAborted: true }),
      },
      'request',
    );
  }
}
