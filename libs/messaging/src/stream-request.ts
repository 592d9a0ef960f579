import { errors, type NatsConnection } from '@nats-io/transport-node';
import { decode, encode } from './reply.ts';

/** The subject on which a process asks for a missing stream or consumer. `StreamKeeper` answers. */
export const CREATE_STREAM_SUBJECT = 'sync.stream.create';
/** How long a process waits for the stream or the consumer. */
const TIMEOUT_MS = 5_000;

/** Asks for the stream of the service `source`; with `durable`, for this durable consumer of the stream. */
export interface StreamRequest {
  readonly source: string;
  readonly durable?: string;
}
/** Without a problem, the stream or the consumer exists. */
export interface StreamReply {
  readonly problem?: string;
}

/** The stream or the consumer was not created. A later request may succeed. */
export class StreamCreationFailed extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'StreamCreationFailed';
  }
}

/** Asks for a stream or a consumer, and resolves when it exists. Throws `StreamCreationFailed`. */
export async function requestStream(connection: NatsConnection, request: StreamRequest): Promise<void> {
  const { problem } = decode(await send(connection, request)) as StreamReply;
  if (problem) throw new StreamCreationFailed(problem);
}

async function send(connection: NatsConnection, request: StreamRequest): Promise<Uint8Array> {
  try {
    return (await connection.request(CREATE_STREAM_SUBJECT, encode(request), { timeout: TIMEOUT_MS })).data;
  } catch (error) {
    if (error instanceof errors.NoRespondersError || error instanceof errors.RequestError)
      throw new StreamCreationFailed('no process creates streams');
    throw error;
  }
}
