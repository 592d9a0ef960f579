import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { setOfficialRate } from '@cordee/contracts/billing/vat-report';
import { asService, BillingFixture, staff } from '../../test/billing.fixture.ts';
import { exportCsv } from '../../test/csv-export.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

describe('a document in another currency than CHF (DOC-2)', () => {
  it.each([
    ['EUR', '0.93712345', '109.41'],
    ['JPY', '0.00584', '68.18'],
  ] as const)('%s is exported with its value in CHF at the official rate of its month', async (currency, rate, chf) => {
    const organizationId = await billing.organization();
    const input = { ...billing.chargeInput(organizationId, { method: 'on_credit' }), currency };
    const { total } = await billing.test.call(chargePeriod, input, asService);
    expect(total.amount).toBe(11_675);
    const totalInChf = async () => (await exportCsv(billing, organizationId)).split('\r\n')[1]!.split(',')[14];
    expect(await totalInChf()).toBe('');
    const period = billing.today().slice(0, 7);
    await billing.test.call(setOfficialRate, { authority: 'swiss', period, currency, rate }, staff);
    expect(await totalInChf()).toBe(chf);
  });
});
