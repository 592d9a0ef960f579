import { createHash } from 'node:crypto';
import { DomainError } from '@cordee/contracts/domain-error';
import { FILE_CHUNK_BYTES } from '@cordee/contracts/file';
import { newId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from './database/orm.ts';
import { NO_ORGANIZATION } from './database/tenant-context.ts';
import type { EntityManager } from '@mikro-orm/postgresql';

type FileId = `fil_${string}`;

/** The key of a file; an upload by staff has no organization. */
export interface FileKey {
  organizationId?: `org_${string}` | undefined;
  fileId: FileId;
}

export interface StoredFile {
  fileId: FileId;
  name: string;
  contentType: string;
  /** The size in bytes. */
  size: number;
}

/** Files of a service (PDFs, uploads, raw mail), stored in chunks in its database. */
export class Files {
  /** Stores a whole file. */
  async write(
    em: EntityManager,
    now: Date,
    file: { organizationId?: `org_${string}`; name: string; contentType: string; bytes: Uint8Array },
  ): Promise<StoredFile> {
    const fileId = newId('fil', now);
    const key = keyOf({ organizationId: file.organizationId, fileId });
    await em.execute(
      `insert into file (organization_id, id, name, content_type, size, sha256, created_at)
       values (?, ?, ?, ?, ?, ?, ?)`,
      [...key, file.name, file.contentType, file.bytes.length, createHash('sha256').update(file.bytes).digest(), now],
    );
    for (let offset = 0, position = 0; offset < file.bytes.length; offset += FILE_CHUNK_BYTES, position += 1) {
      await em.execute(`insert into file_chunk (organization_id, file_id, position, bytes) values (?, ?, ?, ?)`, [
        ...key,
        position,
        Buffer.from(file.bytes.subarray(offset, offset + FILE_CHUNK_BYTES)),
      ]);
    }
    return { fileId, name: file.name, contentType: file.contentType, size: file.bytes.length };
  }

  /**
   * Stores the next chunk of an upload. Returns the size of the file so far, or undefined when an earlier chunk is
   * missing. A repeated chunk changes nothing. Throws IDEMPOTENCY_KEY_REUSED when the stored chunk at this position has
   * other content: the gateway derives the file id from the idempotency key.
   *
   * Only the commit of a chunk that is not full, which is the last one, waits for the disk; it makes the earlier chunks
   * durable. Otherwise, a call could use a file that has lost its last chunk in a crash of PostgreSQL.
   */
  async append(
    em: EntityManager,
    now: Date,
    chunk: FileKey & { name: string; contentType: string; position: number; bytes: Uint8Array },
  ): Promise<number | undefined> {
    const key = keyOf(chunk);
    const bytes = Buffer.from(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.bytes.length);
    if (bytes.length === FILE_CHUNK_BYTES) sendAhead(em, `set local synchronous_commit = off`);
    if (chunk.position === 0)
      sendAhead(
        em,
        `insert into file (organization_id, id, name, content_type, created_at) values (?, ?, ?, ?, ?)
         on conflict do nothing`,
        [...key, chunk.name, chunk.contentType, now],
      );
    const [file] = await em.execute<{ size: string; is_new: boolean }[]>(
      `with new_chunk as (
         insert into file_chunk (organization_id, file_id, position, bytes)
         select ?, ?, ?, ? where ? = 0 or exists (
           select from file_chunk where organization_id = ? and file_id = ? and position = ?
         ) on conflict do nothing returning length(bytes) as size
       )
       update file set size = file.size + coalesce((select size from new_chunk), 0)
       where organization_id = ? and id = ? returning size, exists (select from new_chunk) as is_new`,
      [...key, chunk.position, bytes, chunk.position, ...key, chunk.position - 1, ...key],
    );
    if (!file) return undefined;
    return file.is_new || (await this.hasChunk(em, key, chunk.position, bytes)) ? Number(file.size) : undefined;
  }

  /**
   * Returns true when a chunk is stored, false when there is none at this position. Throws IDEMPOTENCY_KEY_REUSED when
   * the stored chunk has other content.
   */
  private async hasChunk(
    em: EntityManager,
    key: [string, string],
    position: number,
    bytes: Uint8Array,
  ): Promise<boolean> {
    const [chunk] = await em.execute<{ is_same: boolean }[]>(
      `select sha256(bytes) = ? as is_same from file_chunk
       where organization_id = ? and file_id = ? and position = ?`,
      [createHash('sha256').update(bytes).digest(), ...key, position],
    );
    if (chunk && !chunk.is_same)
      throw new DomainError('IDEMPOTENCY_KEY_REUSED', { detail: 'a different file was sent with the same key' });
    return chunk !== undefined;
  }

  /** Returns the name, type and size of a file. Throws FILE_NOT_FOUND. */
  async describe(em: EntityManager, key: FileKey): Promise<StoredFile> {
    const [row] = await em.execute<{ name: string; content_type: string; size: string }[]>(
      `select name, content_type, size from file where organization_id = ? and id = ?`,
      keyOf(key),
    );
    if (!row) throw new DomainError('FILE_NOT_FOUND', { status: 404 });
    return { fileId: key.fileId, name: row.name, contentType: row.content_type, size: Number(row.size) };
  }

  /** Returns one chunk, or undefined after the last chunk. */
  async readChunk(em: EntityManager, key: FileKey, position: number): Promise<Uint8Array | undefined> {
    const [row] = await em.execute<{ bytes: Buffer }[]>(
      `select bytes from file_chunk where organization_id = ? and file_id = ? and position = ?`,
      [...keyOf(key), position],
    );
    return row?.bytes;
  }

  /** Reads the whole file into memory; for small files. */
  async read(em: EntityManager, key: FileKey): Promise<Uint8Array> {
    const rows = await em.execute<{ bytes: Buffer }[]>(
      `select bytes from file_chunk where organization_id = ? and file_id = ? order by position`,
      keyOf(key),
    );
    return Buffer.concat(rows.map(({ bytes }) => bytes));
  }
}

const keyOf = ({ organizationId, fileId }: FileKey): [string, string] => [
  organizationId ? toUuid(organizationId) : NO_ORGANIZATION,
  toUuid(fileId),
];
