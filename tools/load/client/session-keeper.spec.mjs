import { afterEach, describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../measurement/random.mjs';
import { waitFor } from '../../run/wait-for-port.mjs';
import { SessionKeeper } from './session-keeper.mjs';

const serverNow = '2026-01-31T09:00:00.000Z';
const tokens = (number, lifetimeMs) => ({
  accountId: 'acc_1',
  accessToken: `access ${number}`,
  refreshToken: `refresh ${number}`,
  accessTokenExpiresAt: new Date(Date.parse(serverNow) + lifetimeMs).toISOString(),
});

let keeper;
afterEach(() => keeper.close());

/** Opens a keeper; the answer to each of its requests has the next number. Returns the list of requests. */
function openKeeper({ fails = false } = {}) {
  const requests = [];
  const post = async (path, { refreshToken, email }) => {
    requests.push(`${path} ${refreshToken ?? email}`);
    if (fails) throw new Error('REFRESH_TOKEN_INVALID');
    return tokens(requests.length + 1, 3_600_000);
  };
  keeper = new SessionKeeper({ post }, { random: randomFrom(1), serverNow });
  return requests;
}

describe('a session', () => {
  test('gets a new access token before the old token expires, and uses each refresh token once', async () => {
    const requests = openKeeper();
    const session = keeper.add(tokens(1, 1_000));
    expect(session.accessToken).toBe('access 1');
    expect(await waitFor(() => session.accessToken === 'access 2', 5_000)).toBe(true);
    keeper.refreshSoon(session);
    expect(await waitFor(() => session.accessToken === 'access 3', 5_000)).toBe(true);
    expect(requests).toEqual(['/v1/sessions/refresh refresh 1', '/v1/sessions/refresh refresh 2']);
  });

  test('is not refreshed while its token is valid for long', async () => {
    const requests = openKeeper();
    keeper.add(tokens(1, 3_600_000));
    const other = keeper.add(tokens(1, 1_000));
    expect(await waitFor(() => other.accessToken === 'access 2', 5_000)).toBe(true);
    expect(requests).toHaveLength(1);
  });

  test('with credentials gets its new token by a new sign-in', async () => {
    const requests = openKeeper();
    const session = keeper.add(tokens(1, 1_000), { email: 'anna@example.ch', password: 'secret' });
    expect(await waitFor(() => session.accessToken === 'access 2', 5_000)).toBe(true);
    expect(requests).toEqual(['/v1/sessions anna@example.ch']);
  });

  test('of many is refreshed in time, although few refreshes run at the same time', async () => {
    openKeeper();
    const sessions = Array.from({ length: 500 }, () => keeper.add(tokens(1, 1_000)));
    expect(await waitFor(() => sessions.every(({ accessToken }) => accessToken !== 'access 1'), 10_000)).toBe(true);
  });

  test('whose refresh fails is counted and not refreshed again', async () => {
    const requests = openKeeper({ fails: true });
    const session = keeper.add(tokens(1, 1_000));
    expect(await waitFor(() => keeper.failureCount === 1, 5_000)).toBe(true);
    expect(session.refreshAt).toBe(Infinity);
    expect(requests).toHaveLength(1);
  });
});
