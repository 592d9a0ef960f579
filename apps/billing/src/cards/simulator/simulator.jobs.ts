import { toUuid } from '@cordee/contracts/id';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { NO_ORGANIZATION } from '@cordee/service/database/tenant-context';
import { Jobs } from '@cordee/service/jobs';
import { Clock } from '@cordee/service/clock';
import { CONFIG } from '@cordee/service/service-host';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { BillingConfig } from '../../config.ts';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../payment-provider.ts';
import { CardSimulator } from './card-simulator.ts';

const EVERY_MS = 5_000;
const SEND_TIMEOUT_MS = 5_000;

/** Sends the notifications of the simulator to the API, like a provider. A notification that fails is lost. */
@Injectable()
export class SimulatorJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    @Inject(CONFIG) private readonly config: BillingConfig,
  ) {}

  onModuleInit(): void {
    const { provider } = this;
    if (!(provider instanceof CardSimulator)) return;
    this.jobs.register({
      name: 'send-simulated-notifications',
      everyMs: EVERY_MS,
      findDue: () =>
        this.background.findDue(
          'evt',
          `select '${NO_ORGANIZATION}'::uuid as organization_id, id from card_simulator_notification
           where sent_at is null and send_at <= ? order by send_at`,
        ),
      work: ({ id }) => this.send(provider, id),
    });
  }

  private async send(simulator: CardSimulator, id: `evt_${string}`): Promise<void> {
    const body = await this.background.asSystem(async ({ em, now }) => {
      const [row] = await em.execute<{ body: string }[]>(
        `update card_simulator_notification set sent_at = ? where id = ? and sent_at is null returning body`,
        [now, toUuid(id)],
      );
      return row?.body;
    });
    if (body === undefined) return;
    const request = simulator.sign(body, this.clock.now());
    await fetch(`${this.config.PUBLIC_URL}/v1/card-notifications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...request.headers },
      body: request.body,
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
    }).catch(() => undefined);
  }
}
