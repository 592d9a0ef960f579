/** An error that the user can fix. The commands print its message, which is one line, without a stack. */
export class InfraError extends Error {
  name = 'InfraError';
}
