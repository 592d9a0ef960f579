import { startSecondFactor } from '@cordee/contracts/identity/second-factor';
import { createSession, refreshSession } from '@cordee/contracts/identity/session';
import type { CallOptions } from '@cordee/messaging/rpc-client';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { IdentityFixture, password } from '../../test/identity.fixture.ts';

let people: IdentityFixture;

beforeAll(async () => {
  people = await IdentityFixture.start();
});
afterAll(() => people.service.stop());

const withAccessToken = (token: string): CallOptions => ({
  causedBy: { token, requestId: 'test', traceparent: undefined, language: 'en', reason: undefined },
});

it('a refresh keeps the time of the sign-in, and a new sign-in is recent again', async () => {
  const test = people.service;
  const startWith = (accessToken: string): Promise<string> =>
    test.codeOf(startSecondFactor, {}, 'nobody', withAccessToken(accessToken));
  const { email } = await people.signUp();
  const first = await test.call(createSession, { email, password }, 'nobody');
  expect(await startWith(first.accessToken)).toBe('ok');
  const signedInAt = decodeJwt(first.accessToken)['auth_time'] as number;

  test.moveClockTo(new Date((signedInAt + 11 * 60) * 1000).toISOString());
  const refreshed = await test.call(refreshSession, { refreshToken: first.refreshToken }, 'nobody');
  expect(decodeJwt(refreshed.accessToken)).toMatchObject({ sid: first.sessionId, auth_time: signedInAt });
  expect(await startWith(refreshed.accessToken)).toBe('INSUFFICIENT_USER_AUTHENTICATION');

  const second = await test.call(createSession, { email, password }, 'nobody');
  expect(await startWith(second.accessToken)).toBe('ok');
});
