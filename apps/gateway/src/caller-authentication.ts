import { ApiTokenText, exchangeApiToken } from '@cordee/contracts/identity/api-token';
import type { Access } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { Clock } from '@cordee/service/clock';
import type { TokenVerifier, VerifiedCaller } from '@cordee/service/token-verifier';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { contextOf, type RequestContext } from './request-context.ts';

/** An exchange is repeated after this time, because identity records the last use of an API token at each exchange. */
const EXCHANGE_TTL_MS = 60_000;
const MAX_EXCHANGES = 20_000;

interface Exchange {
  accessToken: Promise<string>;
  expiresAt: number;
  /** Undefined until identity has accepted the API token. */
  tokenId: string | undefined;
}

/**
 * Authenticates callers by the Authorization header: the access token of a session, an API token or a service token.
 * The gateway exchanges an API token or a service token for an access token. Services receive only access tokens.
 */
export class CallerAuthentication {
  private readonly exchanges = new LRUCache<string, Exchange>({ max: MAX_EXCHANGES });

  constructor(
    private readonly rpc: RpcClient,
    private readonly verifier: TokenVerifier,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the access token for the call on the bus. The token is verified, except for a public operation. A public
   * operation ignores an API token. An operation of staff answers NOT_FOUND to everybody else before its input is
   * checked, because errors of the input would tell that the operation exists.
   */
  async authenticate(request: FastifyRequest, access: Access): Promise<string | undefined> {
    if (access === 'public') return readAccessToken(request);
    const apiToken = readApiToken(request);
    const token = apiToken === undefined ? readAccessToken(request) : await this.exchange(apiToken);
    if (!token) throw new DomainError('SIGN_IN_REQUIRED');
    const caller = await this.verifier.verify(token);
    contextOf(request).caller = kindOf(caller);
    if (access === 'staff' && contextOf(request).caller !== 'staff') throw new DomainError('NOT_FOUND');
    return token;
  }

  /**
   * Returns the key of the rate limit: the id of a verified API token, or of the account of a verified access token.
   * Other requests have no key and are counted by IP address. So the limit rejects invented API tokens before identity
   * has to check them.
   */
  async rateLimitKey(request: FastifyRequest): Promise<string | undefined> {
    const apiToken = readApiToken(request);
    if (apiToken !== undefined) return this.exchanges.get(apiToken)?.tokenId;
    const token = readAccessToken(request);
    return token && this.verifier.verify(token).then(idOf, () => undefined);
  }

  /** Returns the key of the rate limit, without a check, if a recent request had the same Authorization header. */
  recentRateLimitKey(request: FastifyRequest): string | undefined {
    const apiToken = readApiToken(request);
    if (apiToken !== undefined) return this.exchanges.peek(apiToken)?.tokenId;
    const token = readAccessToken(request);
    const caller = token && this.verifier.callerOfRecentToken(token);
    return caller && idOf(caller);
  }

  /** Exchanges an API token, or returns the cached access token. Concurrent calls share one exchange. */
  private exchange(apiToken: string): Promise<string> {
    const now = this.clock.now().getTime();
    const cached = this.exchanges.get(apiToken);
    if (cached && now < cached.expiresAt) return cached.accessToken;
    if (!ApiTokenText.safeParse(apiToken).success) throw new DomainError('API_TOKEN_INVALID');
    const exchange: Exchange = {
      accessToken: this.requestAccessToken(apiToken, () => exchange),
      expiresAt: now + EXCHANGE_TTL_MS,
      // Keeps the rate limit key of the API token while the exchange is repeated.
      tokenId: cached?.tokenId,
    };
    this.exchanges.set(apiToken, exchange);
    return exchange.accessToken;
  }

  /**
   * Completes the cached exchange with the answer of identity; removes the exchange when the call fails. `exchange` is
   * a function: the object contains the promise of this method and does not exist yet when the method is called.
   */
  private async requestAccessToken(apiToken: string, exchange: () => Exchange): Promise<string> {
    try {
      const { accessToken, expiresAt, tokenId } = await this.rpc.call(exchangeApiToken, { token: apiToken });
      exchange().expiresAt = Math.min(exchange().expiresAt, Date.parse(expiresAt));
      exchange().tokenId = tokenId;
      return accessToken;
    } catch (error) {
      // A newer exchange of the same API token stays in the cache.
      if (this.exchanges.get(apiToken) === exchange()) this.exchanges.delete(apiToken);
      throw error;
    }
  }
}

const idOf = (caller: VerifiedCaller): string => (caller.kind === 'person' ? caller.accountId : caller.tokenId);

function kindOf(caller: VerifiedCaller): RequestContext['caller'] {
  if (caller.kind === 'service_token') return 'service_token';
  // Only API tokens have limits.
  if (caller.limits) return 'api_token';
  return caller.isStaff ? 'staff' : 'person';
}

/** Reads a bearer token with the prefix of API tokens and service tokens; the token may be invalid. */
const readApiToken = (request: FastifyRequest): string | undefined =>
  /^Bearer (cordee_\S*)$/i.exec(request.headers.authorization ?? '')?.[1];
/** Reads a bearer token with the shape of a JWT; the token may be invalid. */
const readAccessToken = (request: FastifyRequest): string | undefined =>
  /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
