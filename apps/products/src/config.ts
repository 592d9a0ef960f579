import { MailsPerNetwork } from '@cordee/service/attempt-limits/mails-to-strangers';
import { ServiceConfig } from '@cordee/service/config';
import type { ProductionCheck } from '@cordee/service/production-values';
import { TimeZone } from '@cordee/contracts/values';
import * as z from 'zod';

export const ProductsConfig = ServiceConfig.extend({
  CONSOLE_URL: z
    .url()
    .optional()
    .describe('Base URL of the links to transfers; defaults to PUBLIC_URL')
    .meta({ productionCheck: 'public_url' satisfies ProductionCheck }),
  MAILS_PER_NETWORK: MailsPerNetwork,
  SELLER_ZONE: TimeZone.default('Europe/Zurich').describe(
    'Time zone of the seller, which decides the local date and when a day starts and ends',
  ),
});
export type ProductsConfig = z.output<typeof ProductsConfig>;

export const environment = process.env;
