import { DomainError } from '@cordee/contracts/domain-error';

/**
 * A rejection that keeps the writes of the command. For example, a wrong code is rejected, but the attempt is counted.
 * The writes commit before the rejection is returned. As for every rejection, no reply is stored under the idempotency
 * key.
 */
export class CommittedRejection extends DomainError {}
