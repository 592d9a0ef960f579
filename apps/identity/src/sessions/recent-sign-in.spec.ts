import { replaceRecoveryCodes, startSecondFactor } from '@cordee/contracts/identity/second-factor';
import { createSession, refreshSession, renewSignIn } from '@cordee/contracts/identity/session';
import type { CallOptions } from '@cordee/messaging/rpc-client';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { IdentityFixture, password } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;

beforeAll(async () => {
  fixture = await IdentityFixture.start();
});
afterAll(() => fixture.service.stop());

const withAccessToken = (token: string): CallOptions => ({
  causedBy: { token, requestId: 'test', traceparent: undefined, language: 'en', reason: undefined },
});

it('a refresh keeps the time of the sign-in, and a new sign-in is recent again', async () => {
  const test = fixture.service;
  const codeOfStart = (accessToken: string): Promise<string> =>
    test.codeOf(startSecondFactor, {}, 'nobody', withAccessToken(accessToken));
  const { email } = await fixture.signUp();
  const first = await test.call(createSession, { email, password }, 'nobody');
  expect(await codeOfStart(first.accessToken)).toBe('ok');
  const signedInAt = decodeJwt(first.accessToken)['auth_time'] as number;

  test.moveClockTo(new Date((signedInAt + 11 * 60) * 1000).toISOString());
  const refreshed = await test.call(refreshSession, { refreshToken: first.refreshToken }, 'nobody');
  expect(decodeJwt(refreshed.accessToken)).toMatchObject({ sid: first.sessionId, auth_time: signedInAt });
  expect(await codeOfStart(refreshed.accessToken)).toBe('INSUFFICIENT_USER_AUTHENTICATION');

  const second = await test.call(createSession, { email, password }, 'nobody');
  expect(await codeOfStart(second.accessToken)).toBe('ok');
});

it('a person signs in again in their session, with the password and a code of the second factor', async () => {
  const test = fixture.service;
  const person = await fixture.signUp();
  const { authenticator } = await fixture.setUpSecondFactor(person);
  const opened = await test.call(
    createSession,
    { email: person.email, password, code: authenticator.nextCode() },
    'nobody',
  );
  const signedInAt = decodeJwt(opened.accessToken)['auth_time'] as number;
  test.moveClockTo(new Date((signedInAt + 11 * 60) * 1000).toISOString());
  const { accessToken } = await test.call(refreshSession, { refreshToken: opened.refreshToken }, 'nobody');
  const renew = (input: { password: string; code?: string }): Promise<string> =>
    test.codeOf(renewSignIn, input, 'nobody', withAccessToken(accessToken));
  expect([
    await renew({ password: 'something else entirely' }),
    await renew({ password }),
    await renew({ password, code: authenticator.wrongCode() }),
  ]).toEqual(['PASSWORD_WRONG', 'SECOND_FACTOR_REQUIRED', 'SIGN_IN_CODE_WRONG']);
  const renewed = await test.call(
    renewSignIn,
    { password, code: authenticator.nextCode() },
    'nobody',
    withAccessToken(accessToken),
  );
  expect(decodeJwt(renewed.accessToken)).toMatchObject({ sid: opened.sessionId });
  const replaceCodes = (token: string): Promise<string> =>
    test.codeOf(replaceRecoveryCodes, { code: authenticator.wrongCode() }, 'nobody', withAccessToken(token));
  expect([await replaceCodes(accessToken), await replaceCodes(renewed.accessToken)]).toEqual([
    'INSUFFICIENT_USER_AUTHENTICATION',
    'SECOND_FACTOR_WRONG',
  ]);
});
