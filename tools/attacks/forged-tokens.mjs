import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());

/** Returns access tokens with changed claims that the signature of `token` does not cover. */
export function forgedTokensOf(token, claims) {
  const [head, body, signature] = token.split('.');
  const header = decode(head);
  const forgedBody = encode({ ...decode(body), ...claims, exp: 4_102_444_800, isStaff: true });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' });
  const signToken = (fields) => {
    const content = `${encode({ ...header, ...fields })}.${forgedBody}`;
    return `${content}.${sign(null, Buffer.from(content), privateKey).toString('base64url')}`;
  };
  const hmac = `${encode({ ...header, alg: 'HS256' })}.${forgedBody}`;
  return {
    'changed claims, old signature': `${head}.${forgedBody}.${signature}`,
    'no signature': `${head}.${forgedBody}.`,
    'algorithm none': `${encode({ ...header, alg: 'none' })}.${forgedBody}.`,
    'algorithm None': `${encode({ ...header, alg: 'None' })}.${forgedBody}.${signature}`,
    'another key': signToken({}),
    'the other key in the header': signToken({ jwk }),
    'the address of a key in the header': signToken({ jku: 'http://127.0.0.1:1/jwks.json' }),
    'a path as the key id': signToken({ kid: '../../../../dev/null' }),
    'the key id as HMAC secret': `${hmac}.${createHmac('sha256', String(header.kid)).update(hmac).digest('base64url')}`,
  };
}
