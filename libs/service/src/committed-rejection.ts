import { DomainError } from '@cordee/contracts/domain-error';

/**
 * A rejection that keeps the writes of the command: a wrong code is rejected and still counted. The writes commit
 * first. As for other rejections, nothing is stored under the idempotency key.
 */
export class CommitThenReject extends DomainError {}
