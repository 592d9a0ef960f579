import { DomainError } from '@cordee/contracts/domain-error';

/**
 * A refusal that does not undo what the command has written: a wrong code is refused, and counted all the same. The writes commit first; for its
 * idempotency key nothing is kept, as for any refusal.
 */
export class CommitThenReject extends DomainError {}
