import type { Contract } from '@cordee/contracts/contract';
import { refreshSession } from '@cordee/contracts/identity/session';
import { networkOf } from '@cordee/service/network-of';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallerAuthentication } from './caller-authentication.ts';
import type { GatewayConfig } from './config.ts';

const WINDOW_MS = 60_000;
const HEALTH_PATHS = new Set(['/health/live', '/health/ready']);
/** The maximum number of keys (people, tokens, networks, organizations) of each limit. */
const MAX_KEYS = 100_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The contract of the route; undefined for pages. */
    contract?: Contract;
  }
}

/** Counts a request. Returns the seconds to wait when the request exceeds the limit. */
export type RequestLimit = (request: FastifyRequest) => Promise<number | undefined>;

export interface RateLimits {
  /** Counts a request that tries credentials, by network. */
  signIn: RequestLimit;
  /** Counts a request of a member, by organization. */
  organization: RequestLimit;
}

/** The network of the client, as a key of limits. */
export const clientNetwork = (request: FastifyRequest): string => networkOf(request.ip);

/** True for a public command that a client could repeat to guess credentials, or to have mails sent. */
export const isSignIn = ({ access, http, subject }: Contract): boolean =>
  access === 'public' && http!.method !== 'GET' && !http!.hasRawBody && subject !== refreshSession.subject;

/**
 * Limits the requests per minute. Requests of people and API tokens are counted by person and by token, other requests
 * by network. A public route is always counted by network, so that another Authorization header does not start another
 * count.
 */
export async function addRateLimits(
  app: FastifyInstance,
  config: Omit<GatewayConfig, 'TOKEN_VERIFICATION_KEYS'>,
  callers: CallerAuthentication,
): Promise<RateLimits> {
  await app.register(rateLimit, {
    max: config.RATE_LIMIT_PER_MINUTE,
    timeWindow: WINDOW_MS,
    cache: MAX_KEYS,
    keyGenerator: async (request) =>
      (requiresAuthentication(request) ? await callers.rateLimitKey(request) : undefined) ?? clientNetwork(request),
    // Load balancers ask for the health, perhaps from an address that they share with many clients.
    allowList: ({ method, routeOptions }) => method === 'GET' && HEALTH_PATHS.has(routeOptions.url ?? ''),
  });
  const createLimit = (max: number, keyGenerator: (request: FastifyRequest) => string): RequestLimit => {
    const count = app.createRateLimit({ max, timeWindow: WINDOW_MS, keyGenerator });
    return async (request) => {
      const result = await count(request);
      return result.isAllowed || !result.isExceeded ? undefined : Math.max(1, result.ttlInSeconds);
    };
  };
  return {
    signIn: createLimit(config.SIGN_IN_LIMIT_PER_MINUTE, clientNetwork),
    organization: createLimit(
      config.ORGANIZATION_LIMIT_PER_MINUTE,
      ({ params }) => (params as { organizationId: string }).organizationId,
    ),
  };
}

function requiresAuthentication({ routeOptions }: FastifyRequest): boolean {
  const { contract } = routeOptions.config;
  return contract !== undefined && contract.access !== 'public';
}
