import { getClock } from '@cordee/contracts/identity/clock';
import type { Input, Output } from '@cordee/contracts/contract';
import { Clock } from '@cordee/service/clock';
import { Handles, type QueryContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { readOffset } from './read-offset.ts';

@Controller()
export class ClockQueries {
  constructor(@Inject(Clock) private readonly clock: Clock) {}

  @Handles(getClock)
  async getClock(_: Input<typeof getClock>, { em }: QueryContext): Promise<Output<typeof getClock>> {
    const offsetMs = this.clock.isMovable ? await readOffset(em) : 0;
    return { now: new Date(Date.now() + offsetMs).toISOString(), offsetMs };
  }
}
