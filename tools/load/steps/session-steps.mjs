const MAX_REMEMBERED = 1_000;

/** Signs in with the right password. These sessions are separate from the sessions of the other requests. */
export const createSession = ({ random, organizations, state }) => {
  const { email, password } = random.pick(random.pick(organizations).people);
  return {
    method: 'POST',
    path: '/v1/sessions',
    body: { email, password },
    onAnswer: (tokens) => remember(state, tokens),
  };
};

/** Refreshes the oldest session. Each refresh token works once. */
export const refreshSession = ({ state }) => {
  const session = state.sessions?.shift();
  if (!session) return undefined;
  return {
    method: 'POST',
    path: '/v1/sessions/refresh',
    body: { refreshToken: session.refreshToken },
    onAnswer: (tokens) => remember(state, tokens),
  };
};

/** Signs out of the oldest session, so that sessions do not accumulate. */
export const endSession = ({ state }) => {
  const session = state.sessions?.shift();
  if (!session) return undefined;
  return { method: 'DELETE', path: `/v1/me/sessions/${session.sessionId}`, person: { session } };
};

function remember(state, session) {
  state.sessions ??= [];
  if (state.sessions.length < MAX_REMEMBERED) state.sessions.push(session);
}
