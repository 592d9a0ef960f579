/** Something the reader can act on: the message is one complete line, shown without a stack. */
export class InfraError extends Error {
  name = 'InfraError';
}
