import { createHash } from 'node:crypto';
import { DomainError } from '@cordee/contracts/domain-error';
import { FILE_CHUNK_BYTES } from '@cordee/contracts/file';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

type FileId = `fil_${string}`;

export interface StoredFile {
  fileId: FileId;
  name: string;
  contentType: string;
  /** Bytes. */
  size: number;
}



/** Files of a service (PDFs, uploads, raw mail), kept in chunks in its own database; the whole is never needed at once. */
export class Files {
  /** Stores a whole file. */
  async write(em: EntityManager, now: Date, file: { organizationId: `org_${string}` | undefined; name: string; contentType: string; bytes: Uint8Array }): Promise<StoredFile> {
    const fileId = newId('fil', now);
    await em.execute(`insert into file (organization_id, id, name, content_type, size, sha256, created_at) values (?, ?, ?, ?, ?, ?, ?)`, [
      file.organizationId ? toUuid(file.organizationId) : null, toUuid(fileId), file.name, file.contentType, file.bytes.length, createHash('sha256').update(file.bytes).digest(), now,
    ]);
    for (let offset = 0, position = 0; offset < file.bytes.length; offset += FILE_CHUNK_BYTES, position += 1) {
      await em.execute(`insert into file_chunk (file_id, position, bytes) values (?, ?, ?)`, [toUuid(fileId), position, Buffer.from(file.bytes.subarray(offset, offset + FILE_CHUNK_BYTES))]);
    }
    return { fileId, name: file.name, contentType: file.contentType, size: file.bytes.length };
  }

  /** Stores the next chunk of an upload and returns the size so far; undefined when a chunk before it is missing. Repeating a chunk changes nothing; another one in its place is IDEMPOTENCY_KEY_REUSED. */
  async append(em: EntityManager, now: Date, chunk: { fileId: FileId; name: string; contentType: string; position: number; bytes: Uint8Array }): Promise<number | undefined> {
    const id = toUuid(chunk.fileId);
    if (chunk.position === 0) {
      await em.execute(`insert into file (id, name, content_type, created_at) values (?, ?, ?, ?) on conflict do nothing`, [id, chunk.name, chunk.contentType, now]);
    } else if (!(await this.chunk(em, chunk.fileId, chunk.position - 1))) {
      return undefined;
    }
    const bytes = Buffer.from(chunk.bytes);
    await em.execute(`insert into file_chunk (file_id, position, bytes) values (?, ?, ?) on conflict do nothing`, [id, chunk.position, bytes]);
    const [stored] = await em.execute<{ is_same: boolean }[]>(`select bytes = ? as is_same from file_chunk where file_id = ? and position = ?`, [bytes, id, chunk.position]);
    if (!stored?.is_same) throw new DomainError('IDEMPOTENCY_KEY_REUSED', { detail: 'another file was sent with this key' });
    const [row] = await em.execute<{ size: string }[]>(`update file set size = (select sum(length(bytes)) from file_chunk where file_id = ?) where id = ? returning size`, [id, id]);
    return Number(row!.size);
  }

  /** Name, type and size; FILE_NOT_FOUND otherwise. */
  async describe(em: EntityManager, fileId: FileId): Promise<StoredFile> {
    const [row] = await em.execute<{ id: string; name: string; content_type: string; size: string }[]>(`select id, name, content_type, size from file where id = ?`, [toUuid(fileId)]);
    if (!row) throw new DomainError('FILE_NOT_FOUND', { status: 404 });
    return { fileId: toId('fil', row.id), name: row.name, contentType: row.content_type, size: Number(row.size) };
  }

  /** One chunk; undefined past the end. */
  async chunk(em: EntityManager, fileId: FileId, position: number): Promise<Uint8Array | undefined> {
    const [row] = await em.execute<{ bytes: Buffer }[]>(`select bytes from file_chunk where file_id = ? and position = ?`, [toUuid(fileId), position]);
    return row?.bytes;
  }

  /** The whole file, for files that are known to be small. */
  async read(em: EntityManager, fileId: FileId): Promise<Uint8Array> {
    const rows = await em.execute<{ bytes: Buffer }[]>(`select bytes from file_chunk where file_id = ? order by position`, [toUuid(fileId)]);
    return Buffer.concat(rows.map(({ bytes }) => bytes));
  }
}
