import type { ReplyError } from './reply-error.ts';

/**
 * The shape of a reply on the bus. `accessRevision` is the revision that a write has created or that the result of a
 * read is based on (ACC-3).
 */
export type Reply = { output: unknown; accessRevision?: string } | { error: ReplyError };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const encode = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));
export const decode = (data: Uint8Array): unknown => JSON.parse(decoder.decode(data)) as unknown;
