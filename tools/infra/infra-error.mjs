/** An error that the user can fix: the message is one line, shown without a stack. */
export class InfraError extends Error {
  name = 'InfraError';
}
