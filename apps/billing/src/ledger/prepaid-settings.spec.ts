import { changePrepaidSettings, getPrepaidSettings } from '@cordee/contracts/billing/prepaid';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anna, BillingFixture, people } from '../../test/billing.fixture.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

describe('the prepaid settings', () => {
  it('have defaults, are changed one by one, and are changed only in their current version', async () => {
    const organizationId = await billing.organization();
    const read = () => billing.test.call(getPrepaidSettings, { organizationId }, people.viewer);
    const change = (changes: object) =>
      billing.test.codeOf(changePrepaidSettings, { organizationId, ...changes }, people.payer);
    expect(await read()).toEqual({ paysInvoices: true, takesPartPayments: false, version: 1 });
    expect(await change({ takesPartPayments: true, ifMatch: [1] })).toBe('ok');
    expect(await change({ paysInvoices: false, ifMatch: [1] })).toBe('VERSION_MISMATCH');
    expect(await change({ takesPartPayments: true, ifMatch: [2] })).toBe('ok');
    expect(await read()).toEqual({ paysInvoices: true, takesPartPayments: true, version: 2 });
    expect(await change({ paysInvoices: false })).toBe('ok');
    expect(await read()).toEqual({ paysInvoices: false, takesPartPayments: true, version: 3 });
  });

  it('are not read by people who do not see documents, and not changed by people who only see documents', async () => {
    const organizationId = await billing.organization();
    expect(await billing.test.codeOf(getPrepaidSettings, { organizationId }, people.collaborator)).toBe(
      'PERMISSION_DENIED',
    );
    expect(
      await billing.test.codeOf(changePrepaidSettings, { organizationId, paysInvoices: false }, people.viewer),
    ).toBe('PERMISSION_DENIED');
    expect(await billing.test.codeOf(changePrepaidSettings, { organizationId, paysInvoices: true }, anna)).toBe('ok');
  });
});
