import { getClock } from '@cordee/contracts/identity/clock';
import type { Input, Output } from '@cordee/contracts/contract';
import { Clock } from '@cordee/service/clock';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { EntityManager } from '@mikro-orm/postgresql';
import { Controller, Inject, type OnModuleInit } from '@nestjs/common';
import { readOffset } from './read-offset.ts';

@Controller()
export class ClockQueries implements OnModuleInit {
  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(EntityManager) private readonly em: EntityManager,
  ) {}

  /** Other services query the offset from identity. Identity reads the offset from its database. */
  async onModuleInit(): Promise<void> {
    if (this.clock.isMovable) this.clock.setOffset(await readOffset(this.em.fork()));
  }

  @Handles(getClock)
  async getClock(_: Input<typeof getClock>, { em }: QueryContext): Promise<Output<typeof getClock>> {
    const offsetMs = this.clock.isMovable ? await readOffset(em) : 0;
    return { now: new Date(Date.now() + offsetMs).toISOString(), offsetMs };
  }
}
