import type { ReplyError } from './reply-error.ts';

/** The shape of a reply on the bus. */
export type Reply = Success | { error: ReplyError };

interface Success {
  /** The revision that a write has created or that the result of a read is based on (ACC-3). */
  accessRevision?: string | undefined;
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

/** Encodes the reply of a successful call. The output is the last field, so that a reader can cut it out unparsed. */
export function encodeSuccess(output: unknown, accessRevision: string | undefined): Uint8Array {
  return encode({
    accessRevision,
    version: versionOf(output),
    output,
  } satisfies Success);
}

/** The fields before the output. */
const HEAD = /^\{(?:"accessRevision":"([\w-]*)",)?(?:"version":(\d+),)?"output":/;
/** A field after the output: a service in another language may write the fields in another order. */
const TAIL = /,"(?:accessRevision":"[\w-]*"|version":\d+)\}$/;
/** The head is shorter than this: a revision has fewer than 130 characters and a version at most 16 digits. */
const MAX_HEAD_BYTES = 256;

/**
 * Reads a reply without parsing its output. Some replies are parsed as a whole: an error, and a reply of a service in
 * another language, when its fields have another order or its version is missing. `hasVersion`: true when the output of
 * the contract has a version.
 */
export function readUnparsed(data: Uint8Array, hasVersion: boolean): UnparsedReply {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  const head = HEAD.exec(bytes.subarray(0, MAX_HEAD_BYTES).toString());
  const [text, accessRevision, version] = head ?? [];
  const isOutputLast = text !== undefined && !TAIL.test(bytes.subarray(-MAX_HEAD_BYTES).toString());
  if (!isOutputLast || (hasVersion && version === undefined)) return toUnparsed(decode(data) as Reply);
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
