import type { ReplyError } from './reply-error.ts';

/** The shape of a reply on the bus. */
export type Reply = Success | { error: ReplyError };

interface Success {
  /** The revision that a write has created or that the result of a read is based on (ACC-3). */
  accessRevision?: string | null | undefined;
  /** The version of the entity in the output, for `ETag`. */
  version?: number | undefined;
  output: unknown;
}

/** A reply whose output is still JSON text. */
export type UnparsedReply = (Omit<Success, 'output'> & { outputJson: Uint8Array }) | { error: ReplyError };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const encode = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));
export const decode = (data: Uint8Array): unknown => JSON.parse(decoder.decode(data)) as unknown;

/**
 * Encodes the reply of a successful call. The access revision is always the first field and the output the last one, so
 * that a reader recognizes this order and cuts the output out unparsed.
 */
export function encodeSuccess(output: unknown, accessRevision: string | undefined): Uint8Array {
  return encode({
    accessRevision: accessRevision ?? null,
    version: versionOf(output),
    output,
  } satisfies Success);
}

/** The fields before the output. */
const HEAD = /^\{"accessRevision":(?:null|"([\w-]*)"),(?:"version":(\d+),)?"output":/;
/** The head is shorter than this: a revision has fewer than 130 characters and a version at most 16 digits. */
const MAX_HEAD_BYTES = 256;

/** Reads a reply without parsing its output. A reply that `encodeSuccess` has not encoded is parsed. */
export function readUnparsed(data: Uint8Array): UnparsedReply {
  const head = HEAD.exec(Buffer.from(data.buffer, data.byteOffset, Math.min(data.length, MAX_HEAD_BYTES)).toString());
  if (!head) return toUnparsed(decode(data) as Reply);
  const [text, accessRevision, version] = head;
  return {
    accessRevision,
    version: version === undefined ? undefined : Number(version),
    // Without the brace that closes the reply.
    outputJson: data.subarray(text.length, -1),
  };
}

function toUnparsed(reply: Reply): UnparsedReply {
  if ('error' in reply) return reply;
  const { accessRevision, output } = reply;
  return { accessRevision, version: versionOf(output), outputJson: encode(output) };
}

/** The version of the entity in an output; undefined when the output has none. */
function versionOf(output: unknown): number | undefined {
  const version = (output as { version?: unknown } | null)?.version;
  return typeof version === 'number' ? version : undefined;
}
