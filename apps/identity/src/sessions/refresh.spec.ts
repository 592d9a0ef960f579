import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSession, listSessions, refreshSession } from '@cordee/contracts/identity/session';
import type { Answer } from '@cordee/contracts/contract';
import { IdentityFixture, password } from '../../test/identity.fixture.ts';

type Tokens = Answer<typeof refreshSession>;

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
});
afterAll(() => fixture.service.stop());

const signIn = async (): Promise<Tokens> =>
  fixture.service.call(createSession, { email: (await fixture.signUp()).email, password }, 'nobody');
const refresh = ({ refreshToken }: Tokens): Promise<Tokens> =>
  fixture.service.call(refreshSession, { refreshToken }, 'nobody');
const codeOfRefresh = ({ refreshToken }: Tokens): Promise<string> =>
  fixture.service.codeOf(refreshSession, { refreshToken }, 'nobody');
const codeOfAccess = ({ accessToken: token }: Tokens): Promise<string> =>
  fixture.service.codeOf(listSessions, {}, 'nobody', {
    causedBy: { token, requestId: 'r', traceparent: undefined, language: 'en', reason: undefined },
  });
const advanceSeconds = (seconds: number): void =>
  fixture.service.moveClockTo(new Date(fixture.service.process.clock.now().getTime() + seconds * 1_000).toISOString());

describe('a refresh token', () => {
  it('gives two concurrent requests the same successor, and both access tokens are valid', async () => {
    const first = await signIn();
    const [left, right] = await Promise.all([refresh(first), refresh(first)]);
    expect(left.refreshToken).not.toBe(first.refreshToken);
    expect(right.refreshToken).toBe(left.refreshToken);
    expect([await codeOfAccess(left), await codeOfAccess(right)]).toEqual(['ok', 'ok']);
    expect(await codeOfRefresh(left)).toBe('ok');
  });

  it('gives the same successor when it is sent again within 30 seconds, because an answer may be lost', async () => {
    const first = await signIn();
    const lost = await refresh(first);
    advanceSeconds(25);
    const repeated = await refresh(first);
    expect(repeated.refreshToken).toBe(lost.refreshToken);
    expect(repeated.sessionId).toBe(first.sessionId);
    expect([await codeOfAccess(repeated), await codeOfRefresh(repeated)]).toEqual(['ok', 'ok']);
  });

  it('ends the session when it is sent again after 30 seconds, even if it was also sent again earlier', async () => {
    const first = await signIn();
    const second = await refresh(first);
    advanceSeconds(20);
    expect(await codeOfRefresh(first)).toBe('ok');
    advanceSeconds(11);
    expect(await codeOfRefresh(first)).toBe('REFRESH_TOKEN_INVALID');
    expect([await codeOfRefresh(second), await codeOfAccess(second)]).toEqual([
      'REFRESH_TOKEN_INVALID',
      'SIGN_IN_REQUIRED',
    ]);
    expect((await fixture.service.eventsOf(first.sessionId)).at(-1)).toMatchObject({
      type: 'identity.session.ended',
      data: { sessionId: first.sessionId, cause: 'token_reused' },
    });
  });

  it('ends the session when its successor was used, also within 30 seconds', async () => {
    const first = await signIn();
    const third = await refresh(await refresh(first));
    expect(await codeOfRefresh(first)).toBe('REFRESH_TOKEN_INVALID');
    expect([await codeOfRefresh(third), await codeOfAccess(third)]).toEqual([
      'REFRESH_TOKEN_INVALID',
      'SIGN_IN_REQUIRED',
    ]);
  });
});
