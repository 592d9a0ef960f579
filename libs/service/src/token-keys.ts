import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import * as z from 'zod';

/** The unpadded base64url text of 32 bytes. */
const Base64Url32 = z.string().regex(/^[\w-]{43}$/, 'must be 32 bytes in base64url');
const publicFields = {
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: Base64Url32,
  kid: z.string().min(1).max(64),
  alg: z.literal('EdDSA').optional(),
  use: z.literal('sig').optional(),
};

/** A public key for the verification of access tokens, as a JWK. A JWK with a private part is rejected. */
const VerificationKey = z.strictObject(publicFields);

/** The private key with which identity signs access tokens, as a JWK. */
const SigningKeyJwk = z
  .strictObject({ ...publicFields, d: Base64Url32 })
  .refine((key) => publicPartOf(key) === key.x, 'the public part x does not belong to the private part d');
export type SigningKey = z.output<typeof SigningKeyJwk>;

/** The public keys of a configuration, as a JWKS. During a rotation, it contains two keys. */
const VerificationKeySet = z.strictObject({
  keys: z
    .array(VerificationKey)
    .min(1)
    .max(2)
    .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'two keys have the same kid'),
});
export type VerificationKeys = z.output<typeof VerificationKeySet>;

/** Parses the text of a variable as JSON. */
const jsonVariable = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

export const VerificationKeysVariable = jsonVariable(VerificationKeySet);
export const SigningKeyVariable = jsonVariable(SigningKeyJwk);

const publicPartOf = (key: JsonWebKey): string | undefined =>
  createPublicKey(createPrivateKey({ key, format: 'jwk' })).export({ format: 'jwk' }).x;

/** Creates a signing key. The id of the key is the thumbprint of RFC 7638. */
export function createSigningKey(): SigningKey {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
  return { kty: 'OKP', crv: 'Ed25519', x: x!, d: d!, kid };
}

/** The verification key that belongs to a signing key. */
export const verificationKeyOf = ({ kty, crv, x, kid }: SigningKey): VerificationKeys['keys'][number] => ({
  kty,
  crv,
  x,
  kid,
  alg: 'EdDSA',
  use: 'sig',
});
