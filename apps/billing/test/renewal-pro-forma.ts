import { addDays } from '@cordee/calendar/local-date';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import { asService, type BillingFixture } from './billing.fixture.ts';

/** Issues a pro forma for the next year of a product. Returns its id. */
export async function issueRenewalProFormaOf(
  billing: BillingFixture,
  organizationId: `org_${string}`,
  productId: `prd_${string}`,
): Promise<`pfm_${string}`> {
  const { id } = await billing.test.call(
    issueRenewalProForma,
    {
      organizationId,
      currency: 'CHF',
      validUntil: addDays(billing.today(), 60),
      periods: [
        {
          productId,
          type: 'web_hosting',
          name: 'alpine.example',
          interval: 'yearly',
          periodStart: '2027-01-31',
          periodEnd: '2028-01-31',
        },
      ],
    },
    asService,
    billing.newKeyOptions(),
  );
  return id as `pfm_${string}`;
}
