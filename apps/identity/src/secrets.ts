import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { toId, toUuid, type Id, type IdPrefix } from '@cordee/contracts/id';

const MAC_BYTES = 16;
const SEAL_CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The sizes of the parts that precede the MAC in a link token. */
const ID_BYTES = 16;
const GENERATION_BYTES = 4;

/**
 * Derives keys for link tokens, for encryption and for hashes from the root secret. Link tokens are not stored, because
 * they can be computed again.
 */
export class Secrets {
  private readonly linkKey: Buffer;
  private readonly sealKey: Buffer;
  private readonly hashKey: Buffer;

  constructor(secret: string) {
    const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, 'cordee', purpose, 32));
    this.linkKey = derive('link tokens');
    this.sealKey = derive('sealed values');
    this.hashKey = derive('hashes');
  }

  /**
   * Makes a token that cannot be guessed. A token is valid for its `purpose` only. `readToken` returns the generation;
   * the caller of `readToken` rejects an old generation.
   */
  makeToken(purpose: string, ids: readonly Id[], generation = 0): string {
    const content = Buffer.alloc(ids.length * ID_BYTES + GENERATION_BYTES);
    for (const [index, id] of ids.entries()) content.write(toUuid(id).replaceAll('-', ''), index * ID_BYTES, 'hex');
    content.writeUInt32BE(generation, ids.length * ID_BYTES);
    return Buffer.concat([content, this.mac(purpose, content)]).toString('base64url');
  }

  /** Returns undefined when the token is invalid. */
  readToken<const P extends readonly IdPrefix[]>(
    purpose: string,
    prefixes: P,
    token: string,
  ): { ids: { [K in keyof P]: Id<P[K]> }; generation: number } | undefined {
    const bytes = Buffer.from(token, 'base64url');
    const size = prefixes.length * ID_BYTES + GENERATION_BYTES;
    if (bytes.length !== size + MAC_BYTES) return undefined;
    const content = bytes.subarray(0, size);
    if (!timingSafeEqual(bytes.subarray(size), this.mac(purpose, content))) return undefined;
    const ids = prefixes.map((prefix, index) =>
      toId(prefix, content.toString('hex', index * ID_BYTES, (index + 1) * ID_BYTES)),
    );
    return { ids: ids as { [K in keyof P]: Id<P[K]> }, generation: content.readUInt32BE(size - GENERATION_BYTES) };
  }

  /** Returns a keyed hash: it finds a stored value, but does not reveal the value. */
  hash(purpose: string, value: string): string {
    return createHmac('sha256', this.hashKey).update(`${purpose}\0${value}`).digest('base64url');
  }

  /** Encrypts a value for storage. The value can be decrypted for the same purpose and owner only. */
  seal(purpose: string, owner: Id, plain: Buffer): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(SEAL_CIPHER, this.sealKey, nonce).setAAD(Buffer.from(`${purpose}\0${owner}`));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /**
   * Decrypts a value. Returns undefined when the value was changed, or was encrypted with another key, for instance
   * before a change of the root secret.
   */
  open(purpose: string, owner: Id, sealed: Buffer): Buffer | undefined {
    const [nonce, tag] = [sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)];
    if (tag.length !== TAG_BYTES) return undefined;
    const decipher = createDecipheriv(SEAL_CIPHER, this.sealKey, nonce)
      .setAAD(Buffer.from(`${purpose}\0${owner}`))
      .setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  private mac(purpose: string, content: Buffer): Buffer {
    return createHmac('sha256', this.linkKey)
      .update(purpose)
      .update('\0')
      .update(content)
      .digest()
      .subarray(0, MAC_BYTES);
  }
}
