import { CLOCK_MOVED, getClock, moveClock } from '@cordee/contracts/identity/clock';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Presence } from '@cordee/messaging/presence';
import { Clock } from '@cordee/service/clock';
import { Handles, type CommandContext, type QueryContext } from '@cordee/service/handles';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Controller, Inject } from '@nestjs/common';

@Controller()
export class ClockDoors {
  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Presence) private readonly presence: Presence,
  ) {}

  @Handles(getClock)
  async getClock(_: Input<typeof getClock>, { em }: QueryContext): Promise<Output<typeof getClock>> {
    const offsetMs = this.clock.isMovable ? await readOffset(em) : 0;
    return { now: new Date(Date.now() + offsetMs).toISOString(), offsetMs };
  }

  @Handles(moveClock)
  async moveClock({ to }: Input<typeof moveClock>, { em, afterCommit }: CommandContext): Promise<Output<typeof moveClock>> {
    if (!this.clock.isMovable) throw new DomainError('CLOCK_FIXED');
    const before = await readOffset(em, 'for update');
    const offsetMs = new Date(to).getTime() - Date.now();
    if (offsetMs < before) throw new DomainError('CLOCK_BACKWARDS', { errors: [{ pointer: '/to', detail: `must not be before ${new Date(Date.now() + before).toISOString()}`, code: 'clock_backwards' }] });
    await em.execute('update clock set offset_ms = ?', [offsetMs]);
    // Every process has heard of the new time before whoever moved it goes on.
    afterCommit(() => this.presence.tell(CLOCK_MOVED, { offsetMs }));
    return { now: to, offsetMs };
  }
}

async function readOffset(em: EntityManager, lock: '' | 'for update' = ''): Promise<number> {
  const [row] = await em.execute<{ offset_ms: string }[]>(`select offset_ms from clock ${lock}`);
  return Number(row!.offset_ms);
}
