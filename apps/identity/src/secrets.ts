import { createHmac, createPrivateKey, createPublicKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
import { toId, toUuid, type Id, type IdPrefix } from '@cordee/contracts/id';

/** RFC 8410: the fixed beginning of an Ed25519 private key in PKCS #8. */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const MAC_BYTES = 16;

/** Everything that is derived from the one secret: the signing key, and link tokens that need no storage because they can be made again. */
export class Secrets {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly keyId: string;
  private readonly linkKey: Buffer;

  constructor(secret: string) {
    const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, 'cordee', purpose, 32));
    this.privateKey = createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, derive('access token signing')]), format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.privateKey);
    this.keyId = createHmac('sha256', 'key id').update(this.publicKey.export({ format: 'der', type: 'spki' })).digest('base64url').slice(0, 12);
    this.linkKey = derive('link tokens');
  }

  /** An unguessable token for these ids and this generation (a newer generation replaces it). `purpose` keeps kinds of links apart. */
  makeToken(purpose: string, ids: readonly Id[], generation = 0): string {
    const body = Buffer.alloc(ids.length * 16 + 4);
    for (const [position, id] of ids.entries()) body.write(toUuid(id).replaceAll('-', ''), position * 16, 'hex');
    body.writeUInt32BE(generation, ids.length * 16);
    return Buffer.concat([body, this.mac(purpose, body)]).toString('base64url');
  }

  /** The ids and the generation in a token; undefined when it is not one of ours. */
  readToken<const P extends readonly IdPrefix[]>(purpose: string, prefixes: P, token: string): { ids: { [K in keyof P]: Id<P[K]> }; generation: number } | undefined {
    const bytes = Buffer.from(token, 'base64url');
    const size = prefixes.length * 16 + 4;
    if (bytes.length !== size + MAC_BYTES) return undefined;
    const body = bytes.subarray(0, size);
    if (!timingSafeEqual(bytes.subarray(size), this.mac(purpose, body))) return undefined;
    const ids = prefixes.map((prefix, position) => toId(prefix, body.toString('hex', position * 16, position * 16 + 16)));
    return { ids: ids as { [K in keyof P]: Id<P[K]> }, generation: body.readUInt32BE(size - 4) };
  }

  private mac(purpose: string, body: Buffer): Buffer {
    return createHmac('sha256', this.linkKey).update(purpose).update('\0').update(body).digest().subarray(0, MAC_BYTES);
  }
}
