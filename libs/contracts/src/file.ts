import * as z from 'zod';
import { command, query, type Contract, type ServiceName } from './contract.ts';
import { idSchema } from './id.ts';

const fileId = idSchema('fil');
/** The organization that owns the file; files that staff upload have no organization. */
const organizationId = idSchema('org').optional();
const exampleFileId = 'fil_01je5nryg0fgz9y05x3mqpmjrg';

/** The output of operations that return a file: the gateway streams the bytes of the file. */
export const FileReference = z
  .object({ fileId, name: z.string(), contentType: z.string(), size: z.int().describe('Bytes') })
  .meta({ id: 'FileReference', description: 'A file' });
export type FileReference = z.output<typeof FileReference>;

/**
 * The output of operations that return a file part by part (`isPaged`). The gateway calls the operation again with
 * `nextCursor` as `cursor`, so that no process stores the whole file.
 */
export const FilePage = z
  .object({ name: z.string(), contentType: z.string(), bytes: z.base64(), nextCursor: z.string().nullable() })
  .meta({ id: 'FilePage', description: 'A part of a file' });
export type FilePage = z.output<typeof FilePage>;

export const FILE_CHUNK_BYTES = 512 * 1024;
/** The maximum size of an upload, unless the contract states another one. */
export const FILE_MAX_BYTES = 50 * 1024 * 1024;
/** The maximum size that a contract can state. */
export const LARGE_FILE_MAX_BYTES = 200 * 1024 * 1024;

/** The maximum size of the file that an operation accepts, in bytes. */
export const maxUploadBytesOf = ({ http }: Pick<Contract, 'http'>): number => http?.maxUploadBytes ?? FILE_MAX_BYTES;

/**
 * Files are transferred in chunks, so that no message contains a whole file, and the gateway stores none in memory.
 * `readers` are the services that read files besides the gateway.
 */
export function declareFileContracts<S extends string>(service: S, readers: readonly ServiceName[] = []) {
  return {
    appendFileChunk: command({
      subject: `rpc.${service}.file.append.v1`,
      access: 'service',
      callers: ['gateway'],
      summary: 'Store the next chunk of an upload; the first chunk creates the file',
      input: z.object({
        organizationId,
        fileId,
        name: z.string().max(255),
        contentType: z.string().max(255),
        // The number of the chunk, from 0.
        position: z.int().min(0),
        bytes: z.base64(),
        // The maximum size of the file, which the operation of the upload states.
        maxBytes: z.int().min(1).max(LARGE_FILE_MAX_BYTES).default(FILE_MAX_BYTES),
      }),
      // The size of all chunks so far, in bytes.
      output: z.object({ size: z.int() }),
      errors: {
        FILE_CHUNK_OUT_OF_ORDER: { status: 409, title: 'An earlier chunk of the file is missing' },
        FILE_TOO_LARGE: { status: 413, title: 'The file is larger than the operation accepts' },
      },
      example: {
        input: {
          fileId: exampleFileId,
          name: 'camt054.xml',
          contentType: 'application/xml',
          position: 0,
          bytes: 'PD94bWw=',
        },
        output: { size: 5 },
      },
    }),
    readFileChunk: query({
      subject: `rpc.${service}.file.read.v1`,
      access: 'service',
      callers: ['gateway', ...readers],
      summary: 'Read one chunk of a file; null after the last chunk',
      input: z.object({ organizationId, fileId, position: z.int().min(0) }),
      output: z.object({ bytes: z.base64().nullable() }),
      errors: {},
      example: { input: { fileId: exampleFileId, position: 0 }, output: { bytes: 'PD94bWw=' } },
    }),
  };
}
export type FileContracts = ReturnType<typeof declareFileContracts>;
