import assert from 'node:assert/strict';
import { camt054 } from '@cordee/testing/camt-054-builder';
import { formatMoney, money } from '@cordee/money/money';
import { vatTotals } from '@cordee/money/vat';
import { vatRateOn, type VatClass } from '@cordee/money/vat-rates';
import { STAFF_EMAIL, type Story } from './scenario.ts';

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

/** Of the demonstration seller (the published sample). */
const SELLER_QR_IBAN = 'CH4431999123000889012';

export async function ordersHostingAndDrive(story: Story): Promise<void> {
  const { token } = story.person('bruno');
  const missing = await story.api.post<{ code: string }>(story.inOrganization('/orders'), {
    token,
    body: { lines: [{ type: 'web_hosting', name: 'alpine.example' }] },
    expect: 409,
  });
  assert.equal(missing.body.code, 'ADDRESS_MISSING');
  await story.api.post(story.inOrganization('/addresses'), {
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
  const wrong = await story.api.post<{ errors: { pointer: string }[] }>(story.inOrganization('/orders'), {
    token,
    body: { lines: [{ type: 'web_hosting', name: '' }] },
    expect: 422,
  });
  assert.equal(wrong.body.errors[0]!.pointer, '/lines/0/name');
  const { body } = await story.api.post<Order>(story.inOrganization('/orders'), {
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
  story.known.set('order', body.id);
  story.known.set('pro forma', body.proFormaId);
  for (const { type, productId } of body.lines) story.known.set(type, productId);
  story.say(
    `order ${body.id} is ${body.status}; without an address it was refused with ${missing.body.code}, with an empty name at ${wrong.body.errors[0]!.pointer}`,
  );
}

export async function getsProForma(story: Story): Promise<void> {
  const { token, email } = story.person('anna');
  const proForma = await document(story, story.get('pro forma'));
  assert.equal(proForma.status, 'issued');
  assert.match(proForma.reference, /^(\d{27}|RF\w+)$/);
  const pdf = await story.api.get(story.inOrganization(`/documents/${proForma.id}/pdf`), { token });
  assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
  story.save('pro-forma.pdf', pdf.bytes);
  await story.mail(email, new RegExp(proForma.number));
  story.say(
    `${proForma.number} over ${francs(proForma.total.amount)}, reference ${proForma.reference}; Anna was told by mail`,
  );
}

export async function bankFilePays(story: Story): Promise<void> {
  const proForma = await document(story, story.get('pro forma'));
  const file = await bankFile(story, 'MSG-1', proForma.reference, proForma.total.amount, 'TX-1');
  story.save('camt054-1.xml', file.xml);
  assert.deepEqual(file.statuses, ['paid']);
  assert.deepEqual((await bankFile(story, 'MSG-1', proForma.reference, proForma.total.amount, 'TX-1')).statuses, [
    'already_booked',
  ]);
  story.say('the bank file paid it; imported a second time, it changed nothing');
  const refused = await upload(story, '<Document>', 422);
  assert.equal((refused as { code?: string }).code, 'BANK_FILE_INVALID');
  story.say(`a broken bank file was refused whole: ${(refused as { code?: string }).code}`);
}

export async function invoiceExists(story: Story): Promise<void> {
  const { token } = story.person('clara');
  const order = (await story.api.get<Order>(story.inOrganization(`/orders/${story.get('order')}`), { token })).body;
  assert.equal(order.status, 'paid');
  const invoice = await document(story, order.invoiceId!);
  assert.deepEqual([invoice.status, invoice.open.amount], ['paid', 0]);
  story.known.set('invoice number', invoice.number);
  const [first, second] = [
    await story.api.get(story.inOrganization(`/documents/${invoice.id}/pdf`), { token }),
    await story.api.get(story.inOrganization(`/documents/${invoice.id}/pdf`), { token }),
  ];
  assert.ok(first.bytes.equals(second.bytes), 'the definitive PDF is the same on every download');
  story.save('invoice.pdf', first.bytes);
  const csv = await story.api.get(story.inOrganization('/documents.csv'), { token });
  story.save('documents.csv', csv.bytes);
  await story.api.get(story.inOrganization('/documents'), { token: story.person('eva').token, expect: 403 });
  await story.mail(story.person('anna').email, new RegExp(invoice.number));
  story.say(
    `${invoice.number} is paid at ${invoice.paidOn}, its PDF the same twice; Eva, who has no billing flag, sees no documents`,
  );
}

/** The customer's standing order pays the old reference again: enough for one renewal of the hosting, not for the drive after it. */
export async function secondTransferLandsOnPrepaid(story: Story): Promise<void> {
  const proForma = await document(story, story.get('pro forma'));
  const hosting = await grossOf(story, 'web_hosting');
  const { statuses, reasons } = await bankFile(story, 'MSG-2', proForma.reference, hosting + 100, 'TX-2');
  assert.deepEqual([statuses, reasons], [['prepaid'], ['reference_already_settled']]);
  const { body } = await story.api.get<{ balances: { amount: number }[] }>(story.inOrganization('/prepaid'), {
    token: story.person('anna').token,
  });
  assert.deepEqual(body.balances, [{ amount: hosting + 100, currency: 'CHF' }]);
  await story.mail(story.person('anna').email, /prepaid/i);
  story.say(`${francs(hosting + 100)} on prepaid, because ${reasons[0]}; Anna was told why`);
}

export async function productsAppear(story: Story): Promise<void> {
  const { token } = story.person('anna');
  const products = await story.until('three products', async () => {
    const { body } = await story.api.get<{ data: { name: string }[] }>(story.inOrganization('/products'), { token });
    return body.data.length === 3 && body.data;
  });
  story.say(`products: ${products.map(({ name }) => name).join(', ')}`);
}

export async function document(story: Story, id: string): Promise<Document> {
  return (
    await story.api.get<Document>(story.inOrganization(`/documents/${id}`), { token: story.person('anna').token })
  ).body;
}

export const francs = (amount: number): string => formatMoney(money(amount, 'CHF'), 'en');

/** The gross yearly price of a type: what a renewal will cost. */
export async function grossOf(story: Story, type: string): Promise<number> {
  const { body } = await story.api.get<{
    data: {
      key: string;
      vatClass: VatClass;
      prices: { interval: string; price: { amount: number; currency: string } }[];
    }[];
  }>('/v1/product-types');
  const { vatClass, prices } = body.data.find(({ key }) => key === type)!;
  const { amount } = prices.find(({ interval, price }) => interval === 'yearly' && price.currency === 'CHF')!.price;
  const { body: clock } = await story.api.get<{ now: string }>('/v1/clock');
  const rateBasisPoints = vatRateOn('CH', vatClass, clock.now.slice(0, 10));
  return vatTotals([{ net: money(amount, 'CHF'), rateBasisPoints }], 'CHF').gross.amount;
}

/** A credit notification of the bank, as it comes at a day's end. */
export async function bankFile(
  story: Story,
  messageId: string,
  reference: string,
  amount: number,
  transaction: string,
): Promise<{ xml: string; statuses: string[]; reasons: (string | null)[] }> {
  const { body: clock } = await story.api.get<{ now: string }>('/v1/clock');
  const unique = `${story.get('organization').slice(-8)}-${transaction}`;
  const xml = camt054({
    messageId: `${messageId}-${unique}`,
    createdAt: clock.now,
    account: SELLER_QR_IBAN,
    payments: [
      {
        amount: money(amount, 'CHF'),
        valueDate: clock.now.slice(0, 10),
        reference,
        debtorName: 'Alpine Rescue',
        debtorIban: 'CH5604835012345678009',
        servicerReference: unique,
      },
    ],
  });
  const report = (await upload(story, xml, 201)) as { bookings: { status: string; reason: string | null }[] };
  return {
    xml,
    statuses: report.bookings.map(({ status }) => status),
    reasons: report.bookings.map(({ reason }) => reason),
  };
}

async function upload(story: Story, xml: string, expect: number): Promise<unknown> {
  const staff = await story.signIn({ email: STAFF_EMAIL });
  return (
    await story.api.post('/v1/staff/bank-files', {
      token: staff.accessToken,
      file: { type: 'application/xml', bytes: xml },
      expect,
    })
  ).body;
}
