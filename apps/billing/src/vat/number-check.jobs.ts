import { toUuid } from '@cordee/contracts/id';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Jobs } from '@cordee/service/jobs';
import { CONFIG } from '@cordee/service/service-host';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { BillingConfig } from '../config.ts';
import { storeConsultation } from './number-checks.ts';
import { askRegistry, VAT_NUMBER_REGISTRY, type VatNumberRegistry } from './registry/vat-number-registry.ts';

const EVERY_MS = 30_000;

/**
 * Asks the registry about the VAT numbers of billing addresses: again after an outage, and regularly, so that a recent
 * answer exists when a document is issued (DOC-7). The registry is asked outside of transactions.
 */
@Injectable()
export class NumberCheckJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(VAT_NUMBER_REGISTRY) private readonly registry: VatNumberRegistry,
    @Inject(CONFIG) private readonly config: BillingConfig,
  ) {}

  onModuleInit(): void {
    const { background } = this;
    this.jobs.register({
      name: 'check-vat-numbers',
      everyMs: EVERY_MS,
      // The regular expression leaves out the numbers for which `registryOf` names no registry.
      findDue: () =>
        background.findDue(
          'adr',
          `select address.organization_id, address.id
           from address left join vat_number_check last_check using (organization_id, vat_number)
           where vat_number is not null and vat_number !~ '^(GB|XI|NO)|MVA$'
             and (last_check.next_check_at is null or last_check.next_check_at <= ?)
           order by last_check.next_check_at nulls first, address.id`,
        ),
      work: (address) => this.checkNumberOf(address),
    });
  }

  private async checkNumberOf({
    organizationId,
    id,
  }: {
    organizationId: `org_${string}`;
    id: `adr_${string}`;
  }): Promise<void> {
    const [row] = await this.background.asSystem(({ em, now }) =>
      em.execute<{ vat_number: string; failures: number | null }[]>(
        `select vat_number, failures
         from address left join vat_number_check last_check using (organization_id, vat_number)
         where organization_id = ? and id = ? and vat_number is not null
           and (last_check.next_check_at is null or last_check.next_check_at <= ?)`,
        [toUuid(organizationId), toUuid(id), now],
      ),
    );
    // Another worker has asked in the meantime, or the number was removed.
    if (!row) return;
    const answer = await askRegistry(this.registry, row.vat_number, this.config.VAT_REGISTRY_TIMEOUT_MS);
    await this.background.asSystem(async ({ em, now }) =>
      storeConsultation(em, now, {
        organizationId,
        vatNumber: row.vat_number,
        answer,
        failureCount: row.failures ?? 0,
      }),
    );
  }
}
