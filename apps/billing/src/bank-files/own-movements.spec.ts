import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { createPaymentFile, payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import { decimalText, money } from '@cordee/money/money';
import { uuid } from '@cordee/testing/test-service';
import { bankReport, type Report, type ReportedEntry } from '../../test/bank-report.ts';
import { anna, asService, BillingFixture, IBAN, staff, sellerAccount } from '../../test/billing.fixture.ts';
import { toBankFileId } from '../payouts/end-to-end-id.ts';

type OrganizationId = `org_${string}`;
/** The gross price of one year of web hosting. */
const PRICE = 11_675;
const PAYER_IBAN = 'CH5604835012345678009';
let counter = 0;

/** Pays prepaid money out, and returns the references of the payment in bank files. */
async function payOut(
  billing: BillingFixture,
  countingReport: Report,
  organizationId: OrganizationId,
  amount: number,
): Promise<string> {
  const { standingOrderReference } = await billing.prepaid(organizationId);
  const reference = `IN-${(counter += 1)}`;
  const payer = `<RltdPties><Dbtr><Pty><Nm>Alpine Rescue</Nm></Pty></Dbtr>
    <DbtrAcct><Id><IBAN>${PAYER_IBAN}</IBAN></Id></DbtrAcct></RltdPties>`;
  const details = `${payer}<RmtInf><Strd><CdtrRefInf><Ref>${standingOrderReference}</Ref></CdtrRefInf></Strd></RmtInf>`;
  await billing.importFile(bankReport(billing, countingReport, { amount, direction: 'CRDT', reference, details }));
  const { id } = await billing.test.call(payOutPrepaid, { organizationId, amount }, anna, billing.newKeyOptions());
  await billing.test.call(createPaymentFile, {}, staff, billing.newKeyOptions());
  return `<Refs><EndToEndId>${toBankFileId(id)}</EndToEndId></Refs>`;
}

const statusOfPayOut = async (billing: BillingFixture, organizationId: OrganizationId): Promise<unknown> =>
  (
    await billing.test.rows(`select status from outgoing_payment where organization_id = $1`, [uuid(organizationId)])
  )[0]!['status'];

describe.each<Report>(['054', '053'])(
  'money of the seller in both reports, where the %s counts (C-BNK-25)',
  (report) => {
    let billing: BillingFixture;
    beforeAll(async () => {
      billing = await BillingFixture.start({ SELLER_ACCOUNTS: sellerAccount(report) });
    });
    afterAll(() => billing.stop());

    const readSum = async (account: string): Promise<number> => {
      const sql = `select coalesce(sum(amount), 0)::int as amount from ledger_entry where account = $1`;
      return (await billing.test.rows(sql, [account]))[0]!['amount'] as number;
    };

    describe('a returned pay-out', () => {
      /** The bank states the payer of the pay-out: the seller. */
      const payer = `<RltdPties><DbtrAcct><Id><IBAN>${IBAN}</IBAN></Id></DbtrAcct></RltdPties>`;
      const returnPayOut = async (organizationId: OrganizationId, references: string) => {
        const movement = { amount: PRICE, direction: 'CRDT' as const, reference: `RETURN-${(counter += 1)}` };
        await billing.importFile(bankReport(billing, '053', { ...movement, details: references + payer }));
      };

      it('pays an open invoice', async () => {
        const organizationId = await billing.organization();
        const references = await payOut(billing, report, organizationId, PRICE);
        const input = billing.chargeInput(organizationId, { method: 'on_credit' });
        const { invoiceId } = await billing.test.call(chargePeriod, input, asService);
        await returnPayOut(organizationId, references);
        expect((await billing.document(organizationId, invoiceId!)).status).toBe('paid');
        expect(await billing.balance(organizationId)).toBe(0);
      });

      it.each([
        ['the bank states a return', '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>', 500, PRICE],
        ['the file shows charges', '<Chrgs><TtlChrgsAndTaxAmt Ccy="CHF">5.00</TtlChrgsAndTaxAmt></Chrgs>', 500, PRICE],
        ['the file shows no reason', '', 0, PRICE - 500],
      ])('less 5.00 goes to prepaid with the charges that are shown: %s', async (_, details, charges, credited) => {
        const organizationId = await billing.organization();
        const references = await payOut(billing, report, organizationId, PRICE);
        const [bankFees, bank] = [await readSum('bank_fees'), await readSum('bank')];
        const movement = { amount: PRICE - 500, direction: 'CRDT' as const, reference: `RETURN-${(counter += 1)}` };
        await billing.importFile(bankReport(billing, '053', { ...movement, details: references + details + payer }));
        expect(await statusOfPayOut(billing, organizationId)).toBe('failed');
        expect(await billing.balance(organizationId)).toBe(credited);
        expect([await readSum('bank_fees'), await readSum('bank')]).toEqual([bankFees + charges, bank + PRICE - 500]);
      });

      it('that the bank credits less its charges, with the full amount in the details, goes to prepaid', async () => {
        const organizationId = await billing.organization();
        const references = await payOut(billing, report, organizationId, PRICE);
        const bank = await readSum('bank');
        const amounts = `<Amt Ccy="CHF">${decimalText(money(PRICE, 'CHF'))}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
          <Chrgs><TtlChrgsAndTaxAmt Ccy="CHF">5.00</TtlChrgsAndTaxAmt></Chrgs>`;
        const movement = { amount: PRICE - 500, direction: 'CRDT' as const, reference: `RETURN-${(counter += 1)}` };
        await billing.importFile(bankReport(billing, '053', { ...movement, details: references + amounts + payer }));
        expect(await billing.balance(organizationId)).toBe(PRICE);
        expect(await readSum('bank')).toBe(bank + PRICE - 500);
      });

      it('remains returned when the statement with its debit comes later', async () => {
        const organizationId = await billing.organization();
        const references = await payOut(billing, report, organizationId, PRICE);
        const outgoing = await readSum('outgoing');
        await returnPayOut(organizationId, references);
        const debit = { amount: PRICE, direction: 'DBIT' as const, reference: `DEBIT-${(counter += 1)}` };
        await billing.importFile(bankReport(billing, '053', { ...debit, details: references }));
        expect(await statusOfPayOut(billing, organizationId)).toBe('failed');
        expect(await readSum('outgoing')).toBe(outgoing + PRICE);
      });

      it('does not make the account of the seller an account of the customer', async () => {
        const organizationId = await billing.organization();
        await returnPayOut(organizationId, await payOut(billing, report, organizationId, PRICE));
        const input = { organizationId, amount: PRICE };
        expect(await billing.test.call(payOutPrepaid, input, anna, billing.newKeyOptions())).toMatchObject({
          creditorIban: PAYER_IBAN,
        });
        expect(await billing.test.rows(`select * from payer_account where iban = $1`, [IBAN])).toEqual([]);
      });
    });

    describe.each<[string, Report[]]>([
      ['statement, notification', ['053', '054']],
      ['notification, statement', ['054', '053']],
      ['notification, statement, notification, statement', ['054', '053', '054', '053']],
    ])('in the order %s', (_, order) => {
      const importAll = async (movement: Omit<ReportedEntry, 'reference'>) => {
        const reference = `OWN-${(counter += 1)}`;
        for (const kind of order) await billing.importFile(bankReport(billing, kind, { ...movement, reference }));
      };

      it.each([
        ['a fee', 'bank_fees', { amount: 300, direction: 'DBIT', code: 'ACMT.MDOP.CHRG' }, 300],
        ['a pay-out of cards', 'card', { amount: 9_700, direction: 'CRDT', code: 'PMNT.MCRD.POSP' }, -9_700],
      ] as const)('%s is booked once', async (_name, account, movement, change) => {
        const sumsBefore = [await readSum('bank'), await readSum(account)];
        await importAll(movement);
        expect([await readSum('bank'), await readSum(account)]).toEqual([
          sumsBefore[0]! - change,
          sumsBefore[1]! + change,
        ]);
      });

      it('an executed pay-out is recognized, and goes back to prepaid once when it is returned', async () => {
        const organizationId = await billing.organization();
        const details = await payOut(billing, report, organizationId, 5_000);
        const outgoing = await readSum('outgoing');
        await importAll({ amount: 5_000, direction: 'DBIT', details });
        expect(await statusOfPayOut(billing, organizationId)).toBe('executed');
        expect(await readSum('outgoing')).toBe(outgoing + 5_000);
        await importAll({ amount: 5_000, direction: 'CRDT', details });
        expect(await statusOfPayOut(billing, organizationId)).toBe('failed');
        expect(await billing.balance(organizationId)).toBe(5_000);
      });
    });
  },
);
