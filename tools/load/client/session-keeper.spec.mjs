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

/** The answer to each refresh has the next number. */
function openKeeper({ fails = false } = {}) {
  const used = [];
  const post = async (path, { refreshToken, email }) => {
    used.push(`${path} ${refreshToken ?? email}`);
    if (fails) throw new Error('REFRESH_TOKEN_INVALID');
    return tokens(used.length + 1, 3_600_000);
  };
  keeper = new SessionKeeper({ post }, { random: randomFrom(1), serverNow });
  return used;
}

describe('a session', () => {
  test('gets a new token before the end of its lifetime, with each refresh token once', async () => {
    const used = openKeeper();
    const session = keeper.add(tokens(1, 1_000));
    expect(session.accessToken).toBe('access 1');
    expect(await waitFor(() => session.accessToken === 'access 2', 5_000)).toBe(true);
    keeper.refuse(session);
    expect(await waitFor(() => session.accessToken === 'access 3', 5_000)).toBe(true);
    expect(used).toEqual(['/v1/sessions/refresh refresh 1', '/v1/sessions/refresh refresh 2']);
  });

  test('is not refreshed while its token is valid for long', async () => {
    const used = openKeeper();
    keeper.add(tokens(1, 3_600_000));
    const other = keeper.add(tokens(1, 1_000));
    expect(await waitFor(() => other.accessToken === 'access 2', 5_000)).toBe(true);
    expect(used).toHaveLength(1);
  });

  test('with credentials gets its new token by a new sign-in', async () => {
    const used = openKeeper();
    const session = keeper.add(tokens(1, 1_000), { email: 'anna@example.ch', password: 'secret' });
    expect(await waitFor(() => session.accessToken === 'access 2', 5_000)).toBe(true);
    expect(used).toEqual(['/v1/sessions anna@example.ch']);
  });

  test('that has ended is counted and not tried again', async () => {
    const used = openKeeper({ fails: true });
    const session = keeper.add(tokens(1, 1_000));
    expect(await waitFor(() => keeper.failures === 1, 5_000)).toBe(true);
    expect(session.refreshAt).toBe(Infinity);
    expect(used).toHaveLength(1);
  });
});
