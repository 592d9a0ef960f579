import { CLOCK_MOVED_SUBJECT, moveClock } from '@cordee/contracts/identity/clock';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { ProcessRegistry } from '@cordee/messaging/process-registry';
import { Clock } from '@cordee/service/clock';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { readOffset } from './read-offset.ts';

@Controller()
export class ClockCommands {
  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(ProcessRegistry) private readonly registry: ProcessRegistry,
  ) {}

  @Handles(moveClock)
  async moveClock(
    { to }: Input<typeof moveClock>,
    { em, afterCommit }: CommandContext,
  ): Promise<Output<typeof moveClock>> {
    if (!this.clock.isMovable) throw new DomainError('CLOCK_FIXED');
    const currentOffsetMs = await readOffset(em, 'for update');
    const offsetMs = new Date(to).getTime() - Date.now();
    if (offsetMs < currentOffsetMs) {
      const currentTime = new Date(Date.now() + currentOffsetMs).toISOString();
      throw inputError('CLOCK_BACKWARDS', '/to', `must not be before ${currentTime}`);
    }
    await em.execute('update clock set offset_ms = ?', [offsetMs]);
    // All processes receive the new time before the caller gets the reply.
    afterCommit(() => this.registry.notifyAll(CLOCK_MOVED_SUBJECT, { offsetMs }));
    return { now: to, offsetMs };
  }
}
