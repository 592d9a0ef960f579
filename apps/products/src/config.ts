import { ServiceConfig } from '@cordee/service/config';
import { TimeZone } from '@cordee/contracts/values';
import * as z from 'zod';

export const ProductsConfig = ServiceConfig.extend({
  CONSOLE_URL: z.url().optional().describe('Where links of transfers lead; PUBLIC_URL when left out'),
  SELLER_ZONE: TimeZone.default('Europe/Zurich').describe(
    'Dates are local dates there: today decides which prices are valid',
  ),
});
export type ProductsConfig = z.output<typeof ProductsConfig>;

export const environment = process.env;
