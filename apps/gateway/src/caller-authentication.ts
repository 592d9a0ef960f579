import { ApiTokenText, exchangeApiToken } from '@cordee/contracts/identity/api-token';
import { DomainError } from '@cordee/contracts/domain-error';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { Clock } from '@cordee/service/clock';
import type { TokenVerifier } from '@cordee/service/token-verifier';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';

/** An exchange is asked for anew after this long: identity notes with it that the token is in use. */
const KEPT_MS = 60_000;
const MOST_KEPT = 20_000;

interface Exchange {
  accessToken: Promise<string>;
  until: number;
  /** Undefined until identity has said that the token is good. */
  tokenId: string | undefined;
}

/** Who calls, by the Authorization header: the access token of a session, or an API token, which is exchanged for one and goes no further. */
export class CallerAuthentication {
  private readonly exchanges = new LRUCache<string, Exchange>({ max: MOST_KEPT });

  constructor(
    private readonly rpc: RpcClient,
    private readonly verifier: TokenVerifier,
    private readonly clock: Clock,
  ) {}

  /** The access token to pass on, verified. At a public door an API token is nothing: it speaks for nobody there. */
  async accessToken(request: FastifyRequest, isPublic: boolean): Promise<string | undefined> {
    if (isPublic) return accessTokenIn(request);
    const apiToken = apiTokenIn(request);
    const token = apiToken === undefined ? accessTokenIn(request) : await this.exchange(apiToken);
    if (!token) throw new DomainError('SIGN_IN_REQUIRED');
    await this.verifier.verify(token);
    return token;
  }

  /**
   * Under whom the call is counted: the API token or the account, once either is known to be good. Whoever invents tokens is counted by address, as
   * they would be signing in, and is refused there before anybody is asked whether a token is good.
   */
  async rateLimitKey(request: FastifyRequest): Promise<string | undefined> {
    const apiToken = apiTokenIn(request);
    if (apiToken !== undefined) return this.exchanges.get(apiToken)?.tokenId;
    const token = accessTokenIn(request);
    return (
      token &&
      this.verifier.verify(token).then(
        ({ accountId }) => accountId,
        () => undefined,
      )
    );
  }

  /** Calls that come at once share one exchange. */
  private exchange(apiToken: string): Promise<string> {
    const now = this.clock.now().getTime();
    const known = this.exchanges.get(apiToken);
    if (known && now < known.until) return known.accessToken;
    if (!ApiTokenText.safeParse(apiToken).success) throw new DomainError('API_TOKEN_INVALID');
    const exchange: Exchange = {
      accessToken: this.ask(apiToken, () => exchange),
      until: now + KEPT_MS,
      tokenId: known?.tokenId,
    };
    this.exchanges.set(apiToken, exchange);
    return exchange.accessToken;
  }

  /** Completes the exchange with what identity says; one that is refused is kept by nobody. */
  private async ask(apiToken: string, exchange: () => Exchange): Promise<string> {
    try {
      const { accessToken, expiresAt, tokenId } = await this.rpc.call(exchangeApiToken, { token: apiToken });
      exchange().until = Math.min(exchange().until, Date.parse(expiresAt));
      exchange().tokenId = tokenId;
      return accessToken;
    } catch (error) {
      if (this.exchanges.get(apiToken) === exchange()) this.exchanges.delete(apiToken);
      throw error;
    }
  }
}

/** Whatever begins like an API token is one, or a wrong one. */
const apiTokenIn = (request: FastifyRequest): string | undefined =>
  /^Bearer (cordee_\S*)$/i.exec(request.headers.authorization ?? '')?.[1];
/** What looks like an access token. */
const accessTokenIn = (request: FastifyRequest): string | undefined =>
  /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
