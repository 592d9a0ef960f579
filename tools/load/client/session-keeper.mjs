const CHECK_MS = 500;
const MAX_CONCURRENT_REFRESHES = 8;
/**
 * A token is refreshed after a random share of its lifetime in this range, so that not all tokens expire together.
 */
const [MIN_SHARE, MAX_SHARE] = [0.4, 0.7];

/**
 * Keeps the access tokens of people valid during a run. Each refresh token works once, so only this class refreshes
 * the sessions. Refreshes are not part of the measured load.
 */
export class SessionKeeper {
  #api;
  #random;
  #serverNow;
  #sessions = [];
  #runningRefreshes = new Set();
  #timer;
  #isClosed = false;
  failureCount = 0;

  /** `serverNow` is the time of Cordée's clock, because tokens expire by this clock. */
  constructor(api, { random, serverNow }) {
    this.#api = api;
    this.#random = random;
    this.#serverNow = { ms: Date.parse(serverNow), readAt: performance.now() };
    this.#timer = setInterval(() => this.#refreshDueSessions(), CHECK_MS).unref();
  }

  /**
   * Returns a session whose `accessToken` is replaced before it expires. `tokens` is the answer to a sign-in. With
   * `credentials`, the person signs in again instead of refreshing, for operations that require a recent sign-in.
   */
  add(tokens, credentials) {
    const session = {
      accessToken: undefined,
      refreshToken: undefined,
      refreshAt: 0,
      accountId: tokens.accountId,
      credentials,
    };
    this.#accept(session, tokens);
    this.#sessions.push(session);
    return session;
  }

  /**
   * Lets the next check refresh a session. Call this method when the token of the session was refused, for example
   * after a move of the clock.
   */
  refreshSoon(session) {
    session.refreshAt = 0;
  }

  async close() {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await Promise.all(this.#runningRefreshes);
  }

  #accept(session, { accessToken, refreshToken, accessTokenExpiresAt }) {
    const now = performance.now();
    const serverTime = this.#serverNow.ms + now - this.#serverNow.readAt;
    const lifetime = Math.max(1_000, Date.parse(accessTokenExpiresAt) - serverTime);
    const share = MIN_SHARE + this.#random.next() * (MAX_SHARE - MIN_SHARE);
    Object.assign(session, { accessToken, refreshToken, refreshAt: now + share * lifetime });
  }

  #refreshDueSessions() {
    const now = performance.now();
    for (const session of this.#sessions) {
      if (this.#runningRefreshes.size >= MAX_CONCURRENT_REFRESHES) return;
      if (session.refreshAt > now || session.isRefreshing) continue;
      const refreshing = this.#refresh(session).finally(() => {
        this.#runningRefreshes.delete(refreshing);
        if (!this.#isClosed) this.#refreshDueSessions();
      });
      this.#runningRefreshes.add(refreshing);
    }
  }

  #requestTokens({ credentials, refreshToken }) {
    if (credentials) return this.#api.post('/v1/sessions', credentials);
    return this.#api.post('/v1/sessions/refresh', { refreshToken });
  }

  async #refresh(session) {
    session.isRefreshing = true;
    try {
      this.#accept(session, await this.#requestTokens(session));
    } catch {
      // The session has ended: its requests fail with 401 and are counted as errors.
      this.failureCount += 1;
      session.refreshAt = Infinity;
    } finally {
      session.isRefreshing = false;
    }
  }
}
