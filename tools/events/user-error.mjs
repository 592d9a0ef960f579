/** An error that the user can fix; the tool prints its message without a stack. */
export class UserError extends Error {}
