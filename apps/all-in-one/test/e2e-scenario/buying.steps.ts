import assert from 'node:assert/strict';
import { buildCamt054 } from '@cordee/testing/camt-054-builder';
import { formatMoney, money } from '@cordee/money/money';
import { vatTotals } from '@cordee/money/vat';
import { vatRateOn, type VatClass } from '@cordee/money/vat-rates';
import { STAFF_EMAIL, type Scenario } from './scenario.ts';

interface Document {
  id: string;
  kind: string;
  number: string;
  status: string;
  reference: string;
  total: { amount: number; currency: 'CHF' };
  open: { amount: number };
  paidOn: string | null;
  heldUntil: string | null;
  lines: { productId: string }[];
}
interface Order {
  id: string;
  status: string;
  proFormaId: string;
  invoiceId: string | null;
  lines: { productId: string; type: string }[];
}

/** The QR-IBAN of the demonstration seller, which is the example in the published specification. */
const SELLER_QR_IBAN = 'CH4431999123000889012';

/** The prepaid balance after the renewal of the hosting, in centimes. It is too small to renew the drive. */
export const PREPAID_REMAINDER = 100;

export async function brunoOrdersProducts(scenario: Scenario): Promise<void> {
  const { token } = scenario.person('bruno');
  const withoutAddress = await scenario.api.post<{ code: string }>(scenario.organizationPath('/orders'), {
    token,
    body: { lines: [{ type: 'web_hosting', name: 'alpine.example' }] },
    expect: 409,
  });
  assert.equal(withoutAddress.body.code, 'ADDRESS_MISSING');
  await scenario.api.post(scenario.organizationPath('/addresses'), {
    token,
    expect: 201,
    body: {
      name: 'Alpine Rescue',
      street: 'Rue du Rhône',
      buildingNumber: '12',
      postalCode: '1204',
      town: 'Genève',
      country: 'CH',
    },
  });
  const withoutName = await scenario.api.post<{ errors: { pointer: string }[] }>(scenario.organizationPath('/orders'), {
    token,
    body: { lines: [{ type: 'web_hosting', name: '' }] },
    expect: 422,
  });
  assert.equal(withoutName.body.errors[0]!.pointer, '/lines/0/name');
  const { body } = await scenario.api.post<Order>(scenario.organizationPath('/orders'), {
    token,
    expect: 201,
    body: {
      lines: [
        { type: 'web_hosting', name: 'alpine.example', interval: 'yearly', isAutomaticRenewal: true },
        { type: 'drive', name: 'Rescue plans', interval: 'yearly', isAutomaticRenewal: false, isWarranted: true },
        { type: 'mail_service', name: 'alpine.example mail', interval: 'yearly', isAutomaticRenewal: false },
      ],
    },
  });
  scenario.results.set('order', body.id);
  scenario.results.set('pro forma', body.proFormaId);
  for (const { type, productId } of body.lines) scenario.results.set(type, productId);
  scenario.print(`order without an address: ${withoutAddress.body.code}`);
  scenario.print(`order with an empty name: rejected at ${withoutName.body.errors[0]!.pointer}`);
  scenario.print(`order ${body.id} is ${body.status}`);
}

export async function proFormaIsIssued(scenario: Scenario): Promise<void> {
  const { token, email } = scenario.person('anna');
  const proForma = await fetchDocument(scenario, scenario.result('pro forma'));
  assert.equal(proForma.status, 'issued');
  assert.match(proForma.reference, /^(\d{27}|RF\w+)$/);
  const pdf = await scenario.api.get(scenario.organizationPath(`/documents/${proForma.id}/pdf`), { token });
  assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
  scenario.save('pro-forma.pdf', pdf.bytes);
  await scenario.waitForMail(email, new RegExp(proForma.number));
  scenario.print(`${proForma.number} of ${formatFrancs(proForma.total.amount)}, reference ${proForma.reference}`);
  scenario.print('Anna received the pro forma by mail');
}

export async function bankFilePaysProForma(scenario: Scenario): Promise<void> {
  const proForma = await fetchDocument(scenario, scenario.result('pro forma'));
  const payment = {
    messageId: 'MSG-1',
    reference: proForma.reference,
    amount: proForma.total.amount,
    transaction: 'TX-1',
  };
  const file = await importBankFile(scenario, payment);
  scenario.save('camt054-1.xml', file.xml);
  assert.deepEqual(file.statuses, ['paid']);
  assert.deepEqual((await importBankFile(scenario, payment)).statuses, ['already_booked']);
  scenario.print('the bank file paid the pro forma; importing it again changed nothing');
  const rejection = (await uploadBankFile(scenario, '<Document>', { expect: 422 })) as { code?: string };
  assert.equal(rejection.code, 'BANK_FILE_INVALID');
  scenario.print(`a malformed bank file was rejected: ${rejection.code}`);
}

export async function invoiceIsIssued(scenario: Scenario): Promise<void> {
  const { token } = scenario.person('clara');
  const order = (
    await scenario.api.get<Order>(scenario.organizationPath(`/orders/${scenario.result('order')}`), { token })
  ).body;
  assert.equal(order.status, 'paid');
  const invoice = await fetchDocument(scenario, order.invoiceId!);
  assert.deepEqual([invoice.status, invoice.open.amount], ['paid', 0]);
  scenario.results.set('invoice number', invoice.number);
  const [firstPdf, secondPdf] = [
    await scenario.api.get(scenario.organizationPath(`/documents/${invoice.id}/pdf`), { token }),
    await scenario.api.get(scenario.organizationPath(`/documents/${invoice.id}/pdf`), { token }),
  ];
  assert.ok(firstPdf.bytes.equals(secondPdf.bytes), 'the definitive PDF is the same on every download');
  scenario.save('invoice.pdf', firstPdf.bytes);
  const csv = await scenario.api.get(scenario.organizationPath('/documents.csv'), { token });
  scenario.save('documents.csv', csv.bytes);
  await scenario.api.get(scenario.organizationPath('/documents'), { token: scenario.person('eva').token, expect: 403 });
  await scenario.waitForMail(scenario.person('anna').email, new RegExp(invoice.number));
  scenario.print(`${invoice.number} was paid on ${invoice.paidOn}; both downloads of its PDF are equal`);
  scenario.print('Eva has no billing flag and sees no documents');
}

/** Pays the reference of the paid pro forma again. The amount is enough to renew the hosting, but not the drive. */
export async function secondPaymentBecomesPrepaid(scenario: Scenario): Promise<void> {
  const proForma = await fetchDocument(scenario, scenario.result('pro forma'));
  const hostingPrice = await grossPriceOf(scenario, 'web_hosting');
  const { statuses, reasons } = await importBankFile(scenario, {
    messageId: 'MSG-2',
    reference: proForma.reference,
    amount: hostingPrice + PREPAID_REMAINDER,
    transaction: 'TX-2',
  });
  assert.deepEqual([statuses, reasons], [['prepaid'], ['reference_already_settled']]);
  const { body } = await scenario.api.get<{ balances: { amount: number }[] }>(scenario.organizationPath('/prepaid'), {
    token: scenario.person('anna').token,
  });
  assert.deepEqual(body.balances, [{ amount: hostingPrice + PREPAID_REMAINDER, currency: 'CHF' }]);
  await scenario.waitForMail(scenario.person('anna').email, /prepaid/i);
  scenario.print(
    `${formatFrancs(hostingPrice + PREPAID_REMAINDER)} became prepaid (${reasons[0]}); Anna got the reason by mail`,
  );
}

export async function productsAppear(scenario: Scenario): Promise<void> {
  const { token } = scenario.person('anna');
  const products = await scenario.waitFor('three products', async () => {
    const { body } = await scenario.api.get<{ data: { name: string }[] }>(scenario.organizationPath('/products'), {
      token,
    });
    return body.data.length === 3 && body.data;
  });
  scenario.print(`products: ${products.map(({ name }) => name).join(', ')}`);
}

export async function fetchDocument(scenario: Scenario, id: string): Promise<Document> {
  return (
    await scenario.api.get<Document>(scenario.organizationPath(`/documents/${id}`), {
      token: scenario.person('anna').token,
    })
  ).body;
}

export const formatFrancs = (amount: number): string => formatMoney(money(amount, 'CHF'), 'en');

/** Returns the gross yearly price of a product type in centimes, which a renewal will cost. */
export async function grossPriceOf(scenario: Scenario, type: string): Promise<number> {
  const { body } = await scenario.api.get<{
    data: {
      key: string;
      vatClass: VatClass;
      prices: { interval: string; price: { amount: number; currency: string } }[];
    }[];
  }>('/v1/product-types');
  const { vatClass, prices } = body.data.find(({ key }) => key === type)!;
  const { amount } = prices.find(({ interval, price }) => interval === 'yearly' && price.currency === 'CHF')!.price;
  const { body: clock } = await scenario.api.get<{ now: string }>('/v1/clock');
  const rateBasisPoints = vatRateOn('CH', vatClass, clock.now.slice(0, 10));
  return vatTotals([{ net: money(amount, 'CHF'), rateBasisPoints }], 'CHF').gross.amount;
}

/** Imports a bank file (camt.054) with one payment. */
export async function importBankFile(
  scenario: Scenario,
  {
    messageId,
    reference,
    amount,
    transaction,
  }: { messageId: string; reference: string; amount: number; transaction: string },
): Promise<{ xml: string; statuses: string[]; reasons: (string | null)[] }> {
  const { body: clock } = await scenario.api.get<{ now: string }>('/v1/clock');
  const uniqueSuffix = `${scenario.result('organization').slice(-8)}-${transaction}`;
  const xml = buildCamt054({
    messageId: `${messageId}-${uniqueSuffix}`,
    createdAt: clock.now,
    account: SELLER_QR_IBAN,
    payments: [
      {
        amount: money(amount, 'CHF'),
        valueDate: clock.now.slice(0, 10),
        reference,
        debtorName: 'Alpine Rescue',
        debtorIban: 'CH5604835012345678009',
        servicerReference: uniqueSuffix,
      },
    ],
  });
  const report = (await uploadBankFile(scenario, xml, { expect: 201 })) as {
    bookings: { status: string; reason: string | null }[];
  };
  return {
    xml,
    statuses: report.bookings.map(({ status }) => status),
    reasons: report.bookings.map(({ reason }) => reason),
  };
}

/** Uploads a bank file as staff. Returns the body of the answer. */
async function uploadBankFile(scenario: Scenario, xml: string, { expect }: { expect: number }): Promise<unknown> {
  const staff = await scenario.signIn({ email: STAFF_EMAIL });
  return (
    await scenario.api.post('/v1/staff/bank-files', {
      token: staff.accessToken,
      file: { type: 'application/xml', bytes: xml },
      expect,
    })
  ).body;
}
