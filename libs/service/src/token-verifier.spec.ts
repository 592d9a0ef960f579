import { EndedSessions } from '@cordee/access/ended-sessions';
import { HeldLeases } from '@cordee/access/held-leases';
import { newId } from '@cordee/contracts/id';
import { declareLeaseContracts } from '@cordee/contracts/access-lease';
import { listEndedSessions } from '@cordee/contracts/identity/session';
import { LocalBus } from '@cordee/messaging/local-bus';
import { encode } from '@cordee/messaging/reply';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { Clock } from './clock.ts';
import { createSigningKey, VerificationKeysVariable, verificationKeyOf, type SigningKey } from './token-keys.ts';
import { AUDIENCE, ISSUER, TokenVerifier } from './token-verifier.ts';

const [accountId, sessionId] = [newId('acc', new Date()), newId('ses', new Date())];
const now = (): number => Math.floor(Date.now() / 1000);

const verificationKeys = (...keys: SigningKey[]) => ({ keys: keys.map(verificationKeyOf) });
const [firstKey, secondKey] = [createSigningKey(), createSigningKey()];
/** Another key with the key id of `firstKey`. */
const keyWithSameId = { ...createSigningKey(), kid: firstKey.kid };

let clock: Clock;
let endedSessions: EndedSessions;
let verifier: TokenVerifier;
beforeEach(async () => {
  const bus = new LocalBus();
  const rpc = new RpcClient(bus, 'storage');
  clock = new Clock(true);
  await bus.serve(declareLeaseContracts('identity').takeLease.subject, 'identity', async () =>
    encode({ output: { leaseMs: 60_000, epoch: 1 } }),
  );
  await bus.serve(listEndedSessions.subject, 'identity', async () =>
    encode({ output: { sessionIds: [], nextCursor: null } }),
  );
  endedSessions = new EndedSessions(new HeldLeases('test', rpc), rpc);
  verifier = verifierWith(firstKey);
});

/** A verifier whose configuration contains the public keys of these keys. */
const verifierWith = (...keys: SigningKey[]): TokenVerifier =>
  new TokenVerifier(verificationKeys(...keys), clock, endedSessions);

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
const sign = (changes: Claims = {}, key: SigningKey = firstKey): Promise<string> =>
  new SignJWT({ ...claimsOf(changes) }).setProtectedHeader({ alg: 'EdDSA', kid: key.kid }).sign(key);
const outcomeOf = (token: string): Promise<string> =>
  verifier.verify(token).then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );

describe('TokenVerifier', () => {
  it('returns the person', async () => {
    expect(await verifier.verify(await sign())).toEqual({
      kind: 'person',
      accountId,
      sessionId,
      isStaff: false,
      signedInAt: new Date('2026-01-01T00:00:00Z'),
    });
    expect(await verifier.verify(await sign({ staff: true }))).toMatchObject({ isStaff: true });
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
    ['has expired longer ago than the tolerance of five seconds', () => sign({ exp: now() - 10 })],
    ['is for another audience', () => sign({ aud: 'elsewhere' })],
    ['is from another issuer', () => sign({ iss: 'elsewhere' })],
    ['has no expiry', () => sign({ exp: undefined as never })],
    ['has no account id', () => sign({ sub: sessionId })],
    ['does not state when the session signed in', () => sign({ auth_time: undefined })],
    ['states the sign-in of an API token', () => sign({ ...apiTokenClaims, auth_time: now() })],
    ['has no session id', () => sign({ sid: 'x' })],
    ['has a text as staff claim', () => sign({ staff: 'yes' })],
    ['is signed with another key that has the same key id', () => sign({}, keyWithSameId)],
    ['is signed with an unknown key', () => sign({}, secondKey)],
    ['is not signed (alg none)', async () => new UnsecuredJWT({ ...claimsOf({}) }).encode()],
    [
      'is signed with the public key as a secret',
      async () =>
        new SignJWT({ ...claimsOf({}) })
          .setProtectedHeader({ alg: 'HS256', kid: firstKey.kid })
          .sign(new TextEncoder().encode(JSON.stringify(verificationKeyOf(firstKey)))),
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
    expect(await outcomeOf(await token())).toBe('SIGN_IN_REQUIRED');
  });

  it('tolerates clocks that differ by a few seconds', async () => {
    expect(await outcomeOf(await sign({ exp: now() - 2 }))).toBe('ok');
  });

  it('rejects a cached token that has expired', async () => {
    const token = await sign();
    expect(await outcomeOf(token)).toBe('ok');
    // The token is valid for ten minutes.
    clock.setOffset(11 * 60_000);
    expect(await outcomeOf(token)).toBe('SIGN_IN_REQUIRED');
  });

  it('rejects the tokens of an ended session at once', async () => {
    const token = await sign();
    expect(await outcomeOf(token)).toBe('ok');
    endedSessions.onChange(sessionId);
    expect(await outcomeOf(token)).toBe('SIGN_IN_REQUIRED');
    // Another token of the ended session, and a token of another session.
    expect(await outcomeOf(await sign({ exp: now() + 60 }))).toBe('SIGN_IN_REQUIRED');
    expect(await outcomeOf(await sign({ sid: newId('ses', new Date()) }))).toBe('ok');
  });

  it('rejects the token of an ended API token at once, with API_TOKEN_INVALID', async () => {
    const token = await sign(apiTokenClaims);
    expect(await outcomeOf(token)).toBe('ok');
    endedSessions.onChange(tokenId);
    expect(await outcomeOf(token)).toBe('API_TOKEN_INVALID');
  });

  it('accepts both keys during a rotation, and rejects the old key after its removal', async () => {
    verifier = verifierWith(firstKey, secondKey);
    for (const key of [firstKey, secondKey]) expect(await outcomeOf(await sign({}, key))).toBe('ok');
    verifier = verifierWith(secondKey);
    expect(await outcomeOf(await sign())).toBe('SIGN_IN_REQUIRED');
    expect(await outcomeOf(await sign({}, secondKey))).toBe('ok');
  });
});

describe('TOKEN_VERIFICATION_KEYS', () => {
  const read = (value: unknown) => VerificationKeysVariable.safeParse(JSON.stringify(value)).success;

  it('accepts one or two public keys, and rejects a text that is not JSON', () => {
    expect(read(verificationKeys(firstKey))).toBe(true);
    expect(read(verificationKeys(firstKey, secondKey))).toBe(true);
    expect(VerificationKeysVariable.safeParse('{').success).toBe(false);
  });

  it.each([
    ['no key', { keys: [] }],
    ['three keys', verificationKeys(firstKey, secondKey, createSigningKey())],
    ['two keys with the same id', verificationKeys(firstKey, keyWithSameId)],
    ['a private key', { keys: [firstKey] }],
    ['a symmetric key', { keys: [{ kty: 'oct', k: 'AAAA', kid: 'x' }] }],
  ])('rejects %s', (_, value) => {
    expect(read(value)).toBe(false);
  });
});
