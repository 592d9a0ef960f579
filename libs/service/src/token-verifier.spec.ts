import { EndedSessions } from '@cordee/access/ended-sessions';
import { HeldLeases } from '@cordee/access/held-leases';
import { newId } from '@cordee/contracts/id';
import { declareLeaseContracts } from '@cordee/contracts/access-lease';
import { listEndedSessions, listKeys } from '@cordee/contracts/identity/session';
import { LocalBus } from '@cordee/messaging/local-bus';
import { encode } from '@cordee/messaging/reply';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { Clock } from './clock.ts';
import { AUDIENCE, ISSUER, TokenVerifier } from './token-verifier.ts';

const [accountId, sessionId] = [newId('acc', new Date()), newId('ses', new Date())];
const now = (): number => Math.floor(Date.now() / 1000);

interface Key {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}
const keyOf = async (kid: string): Promise<Key> => ({
  kid,
  ...(await generateKeyPair('EdDSA', { extractable: true })),
});
/** `foreign` has the key id of `first`, but is another key. */
let [first, second, foreign] = [] as unknown as [Key, Key, Key];
beforeAll(async () => {
  [first, second, foreign] = [await keyOf('first'), await keyOf('second'), await keyOf('first')];
});

let keys: Key[];
let keyLoads: number;
let clock: Clock;
let endedSessions: EndedSessions;
let verifier: TokenVerifier;
beforeEach(async () => {
  const bus = new LocalBus();
  [keys, keyLoads] = [[first], 0];
  await bus.serve(listKeys.subject, 'identity', async () => {
    keyLoads += 1;
    return encode({
      output: {
        keys: await Promise.all(
          keys.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' })),
        ),
      },
    });
  });
  const rpc = new RpcClient(bus, 'storage');
  clock = new Clock(true);
  await bus.serve(declareLeaseContracts('identity').takeLease.subject, 'identity', async () =>
    encode({ output: { leaseMs: 60_000, epoch: 1 } }),
  );
  await bus.serve(listEndedSessions.subject, 'identity', async () =>
    encode({ output: { sessionIds: [], nextCursor: null } }),
  );
  endedSessions = new EndedSessions(new HeldLeases('test', rpc), rpc);
  verifier = new TokenVerifier(rpc, clock, endedSessions);
});

interface Claims {
  sub?: string;
  sid?: unknown;
  staff?: unknown;
  org?: unknown;
  scopes?: unknown;
  aud?: string;
  iss?: string;
  exp?: number;
  auth_time?: number | undefined;
}
const [tokenId, organizationId] = [newId('tok', new Date()), newId('org', new Date())];
const apiTokenClaims: Claims = {
  sid: tokenId,
  auth_time: undefined,
  org: organizationId,
  scopes: ['product:read', 'right:*'],
};
const claimsOf = (changes: Claims): Claims => ({
  sub: accountId,
  sid: sessionId,
  aud: AUDIENCE,
  iss: ISSUER,
  exp: now() + 600,
  auth_time: 1_767_225_600,
  ...changes,
});
const sign = (changes: Claims = {}, key: Key = first): Promise<string> =>
  new SignJWT({ ...claimsOf(changes) }).setProtectedHeader({ alg: 'EdDSA', kid: key.kid }).sign(key.privateKey);
const outcome = (token: string): Promise<string> =>
  verifier.verify(token).then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );

describe('TokenVerifier', () => {
  it('returns the person, and loads the keys once', async () => {
    expect(await verifier.verify(await sign())).toEqual({
      kind: 'person',
      accountId,
      sessionId,
      isStaff: false,
      signedInAt: new Date('2026-01-01T00:00:00Z'),
    });
    expect(await verifier.verify(await sign({ staff: true }))).toMatchObject({ isStaff: true });
    expect(keyLoads).toBe(1);
  });

  it('returns the limits of an API token', async () => {
    expect(await verifier.verify(await sign(apiTokenClaims))).toEqual({
      kind: 'person',
      accountId,
      sessionId: tokenId,
      isStaff: false,
      limits: { organizationId, scopes: new Set(['product:read', 'right:*']) },
    });
  });

  it.each<[string, () => Promise<string>]>([
    ['belongs to an API token and has no scopes', () => sign({ ...apiTokenClaims, scopes: undefined })],
    ['belongs to an API token and has no organization', () => sign({ ...apiTokenClaims, org: undefined })],
    ['belongs to an API token and has the staff claim', () => sign({ ...apiTokenClaims, staff: true })],
    ['belongs to a session and has scopes', () => sign({ scopes: ['right:*'] })],
    ['belongs to a session and has an organization', () => sign({ org: organizationId })],
    ['expired before the tolerance of five seconds', () => sign({ exp: now() - 10 })],
    ['is for another audience', () => sign({ aud: 'elsewhere' })],
    ['is from another issuer', () => sign({ iss: 'elsewhere' })],
    ['has no expiry', () => sign({ exp: undefined as never })],
    ['has no account id', () => sign({ sub: sessionId })],
    ['does not state when the session signed in', () => sign({ auth_time: undefined })],
    ['states the sign-in of an API token', () => sign({ ...apiTokenClaims, auth_time: now() })],
    ['has no session id', () => sign({ sid: 'x' })],
    ['has a text as staff claim', () => sign({ staff: 'yes' })],
    ['is signed with another key that has the same key id', () => sign({}, foreign)],
    ['is signed with an unknown key', () => sign({}, second)],
    ['is not signed (alg none)', async () => new UnsecuredJWT({ ...claimsOf({}) }).encode()],
    [
      'is signed with the public key as a secret',
      async () =>
        new SignJWT({ ...claimsOf({}) })
          .setProtectedHeader({ alg: 'HS256', kid: 'first' })
          .sign(new TextEncoder().encode(JSON.stringify(await exportJWK(first.publicKey)))),
    ],
    [
      'was changed after signing',
      async () => {
        const [header, , signature] = (await sign()).split('.');
        return `${header}.${Buffer.from(JSON.stringify(claimsOf({ staff: true }))).toString('base64url')}.${signature}`;
      },
    ],
    ['is not a JWT', async () => 'x.y.z'],
    ['is empty', async () => ''],
  ])('rejects a token that %s', async (_, token) => {
    expect(await outcome(await token())).toBe('SIGN_IN_REQUIRED');
  });

  it('tolerates clocks that differ by a few seconds', async () => {
    expect(await outcome(await sign({ exp: now() - 2 }))).toBe('ok');
  });

  it('rejects a cached token that has expired', async () => {
    const token = await sign();
    expect(await outcome(token)).toBe('ok');
    // The token is valid for ten minutes.
    clock.moveTo(11 * 60_000);
    expect(await outcome(token)).toBe('SIGN_IN_REQUIRED');
  });

  it('rejects the tokens of an ended session at once', async () => {
    const token = await sign();
    expect(await outcome(token)).toBe('ok');
    endedSessions.onChange(sessionId);
    expect(await outcome(token)).toBe('SIGN_IN_REQUIRED');
    // Another token of the ended session, and a token of another session.
    expect(await outcome(await sign({ exp: now() + 60 }))).toBe('SIGN_IN_REQUIRED');
    expect(await outcome(await sign({ sid: newId('ses', new Date()) }))).toBe('ok');
  });

  it('rejects the token of an ended API token at once, with API_TOKEN_INVALID', async () => {
    const token = await sign(apiTokenClaims);
    expect(await outcome(token)).toBe('ok');
    endedSessions.onChange(tokenId);
    expect(await outcome(token)).toBe('API_TOKEN_INVALID');
  });

  it('loads the keys only once more for many unknown key ids', async () => {
    for (let count = 0; count < 20; count += 1)
      expect(await outcome(await sign({}, { ...foreign, kid: `invented-${count}` }))).toBe('SIGN_IN_REQUIRED');
    expect(keyLoads).toBe(2);
  });

  it('loads the keys again for a new key id', async () => {
    expect(await outcome(await sign())).toBe('ok');
    keys = [first, second];
    expect(await outcome(await sign({}, second))).toBe('ok');
    // Another token with the first key is not in the cache of verified tokens.
    expect(await outcome(await sign({ exp: now() + 61 }))).toBe('ok');
    expect(keyLoads).toBe(2);
  });
});
