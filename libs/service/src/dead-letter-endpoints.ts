import type { Input, Output } from '@cordee/contracts/contract';
import type { DeadLetterContracts } from '@cordee/contracts/dead-letter';
import { Controller, Inject, type Type } from '@nestjs/common';
import { DeadLetters } from './dead-letters.ts';
import { Handles } from './handler-decorators.ts';

/**
 * The endpoints of dead letters, for the tool of the operator. The service host adds the endpoints to every service.
 */
export function deadLetterEndpoints(contracts: DeadLetterContracts): Type {
  @Controller()
  class DeadLetterEndpoints {
    constructor(@Inject(DeadLetters) private readonly deadLetters: DeadLetters) {}

    @Handles(contracts.listDeadLetters)
    async listDeadLetters(
      input: Input<DeadLetterContracts['listDeadLetters']>,
    ): Promise<Output<DeadLetterContracts['listDeadLetters']>> {
      return { data: await this.deadLetters.list(input) };
    }

    /**
     * The reaction runs in its own transaction with the metadata of the event. The transaction of the call writes
     * nothing.
     */
    @Handles(contracts.replayDeadLetter)
    async replayDeadLetter({
      id,
    }: Input<DeadLetterContracts['replayDeadLetter']>): Promise<Output<DeadLetterContracts['replayDeadLetter']>> {
      await this.deadLetters.replay(id);
      return {};
    }

    @Handles(contracts.discardDeadLetter)
    async discardDeadLetter({
      id,
    }: Input<DeadLetterContracts['discardDeadLetter']>): Promise<Output<DeadLetterContracts['discardDeadLetter']>> {
      await this.deadLetters.discard(id);
      return {};
    }
  }
  return DeadLetterEndpoints;
}
