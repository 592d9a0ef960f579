import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addAddress, listAddresses } from '@cordee/contracts/billing/address';
import { importBankFile } from '@cordee/contracts/billing/bank-file';
import { listSuspense } from '@cordee/contracts/billing/suspense';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { getDocument, listDocuments, payDocument } from '@cordee/contracts/billing/document';
import { downloadDocument } from '@cordee/contracts/billing/document-download';
import { cancelOrder, createOrder, getOrder } from '@cordee/contracts/billing/order';
import { getPrepaid } from '@cordee/contracts/billing/prepaid';
import { newId } from '@cordee/contracts/id';
import { uuid } from '@cordee/testing/test-service';
import { address, anna, asService, BillingFixture, chf, people, staff } from '../test/billing.fixture.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

describe('an order', () => {
  it('becomes an invoice when it is paid; later periods are charged from prepaid and on credit', async () => {
    const { test } = billing;
    const organizationId = await billing.organization();
    const { order, proForma, invoice } = await billing.paidOrder(organizationId);
    const today = billing.today();
    expect(order).toMatchObject({
      status: 'pending',
      total: chf(11_675),
      lines: [{ type: 'web_hosting', price: chf(10_800) }],
    });
    expect(proForma).toMatchObject({
      kind: 'pro_forma',
      net: chf(10_800),
      vat: chf(875),
      total: chf(11_675),
      open: chf(11_675),
      reference: expect.stringMatching(/^11\d{25}$/),
    });
    expect(invoice).toMatchObject({
      kind: 'invoice',
      status: 'paid',
      paidOn: today,
      issuedOn: today,
      total: chf(11_675),
      open: chf(0),
      orderId: order.id,
      lines: [{ vatRate: '8.1', periodStart: today, productId: order.lines[0]!.productId }],
    });
    expect(await billing.document(organizationId, order.proFormaId)).toMatchObject({
      status: 'converted',
      open: chf(0),
    });
    expect(await billing.eventsOf(order.id)).toMatchObject([
      {
        type: 'order.paid',
        data: { invoiceId: invoice.id, lines: [{ productId: order.lines[0]!.productId, periodStart: today }] },
      },
    ]);
    expect(await billing.eventsOf(invoice.id)).toMatchObject([
      { type: 'invoice.issued', data: { isPaid: true, interval: 'yearly' } },
      { type: 'invoice.paid', data: { paidOn: today, method: 'bank_transfer' } },
    ]);

    // The pro forma is converted, so a second payment with its reference goes to prepaid.
    await billing.receive({ amount: 11_675, reference: proForma.reference! });
    expect(await billing.balance(organizationId)).toBe(11_675);
    const input = billing.chargeInput(organizationId);
    const chargeFromPrepaid = await test.call(chargePeriod, input, asService);
    expect(chargeFromPrepaid).toMatchObject({ status: 'paid', total: chf(11_675), declineReason: null });
    expect(await billing.eventsOf(chargeFromPrepaid.invoiceId!)).toMatchObject([
      { type: 'invoice.issued' },
      { type: 'invoice.paid', data: { method: 'prepaid' } },
    ]);
    expect(await billing.balance(organizationId)).toBe(0);

    const nextCharge = billing.chargeInput(organizationId, {
      productId: input.productId,
      periodStart: '2028-01-31',
      periodEnd: '2029-01-31',
    });
    const chargeOnCredit = await test.call(
      chargePeriod,
      { ...nextCharge, method: 'on_credit', heldUntil: '2028-11-06' },
      asService,
    );
    expect(chargeOnCredit).toMatchObject({ status: 'issued' });
    expect(await billing.document(organizationId, chargeOnCredit.invoiceId!)).toMatchObject({
      status: 'open',
      heldUntil: '2028-11-06',
      open: chf(11_675),
      dueOn: chargeOnCredit.dueOn,
      lines: [{ periodStart: '2028-01-31', periodEnd: '2029-01-31' }],
    });
    expect(await billing.eventsOf(chargeOnCredit.invoiceId!)).toMatchObject([
      { type: 'invoice.issued', data: { isPaid: false, heldUntil: '2028-11-06' } },
    ]);
  });
});

describe('orders', () => {
  it('need an address, an idempotency key and, for renewal warranty, a product that offers it', async () => {
    const { test } = billing;
    const organizationWithoutAddress = await billing.organizationWithoutAddress();
    const lines = [{ type: 'web_hosting', name: 'alpine.example' }];
    expect(
      await test.codeOf(
        createOrder,
        { organizationId: organizationWithoutAddress, lines },
        anna,
        billing.newKeyOptions(),
      ),
    ).toBe('ADDRESS_MISSING');
    const organizationId = await billing.organization();
    expect(
      await test.codeOf(
        createOrder,
        { organizationId, lines, addressId: newId('adr', new Date()) },
        anna,
        billing.newKeyOptions(),
      ),
    ).toBe('ADDRESS_NOT_FOUND');
    expect(await test.codeOf(createOrder, { organizationId, lines }, anna)).toBe('IDEMPOTENCY_KEY_MISSING');
    expect(
      await test.codeOf(
        createOrder,
        { organizationId, lines: [{ ...lines[0]!, type: 'network_storage', isWarranted: true }] },
        anna,
        billing.newKeyOptions(),
      ),
    ).toBe('WARRANTY_NOT_AVAILABLE');
    expect(
      await test.codeOf(
        createOrder,
        { organizationId, lines: [{ ...lines[0]!, isWarranted: true }] },
        anna,
        billing.newKeyOptions(),
      ),
    ).toBe('ok');
  });

  it('name the product type in the language of the documents, not in the language of the caller (DOC-9)', async () => {
    const organizationId = await billing.organization();
    await billing.order(organizationId);
    const lines = await billing.test.rows('select text from document_line where organization_id = $1', [
      uuid(organizationId),
    ]);
    expect(lines).toEqual([{ text: 'Hébergement web alpine.example' }]);
  });

  it('are created once per idempotency key', async () => {
    const organizationId = await billing.organization();
    const input = { organizationId, lines: [{ type: 'web_hosting', name: 'alpine.example' }] };
    const keyOptions = billing.newKeyOptions();
    const firstResponse = await billing.test.call(createOrder, input, anna, keyOptions);
    expect(await billing.test.call(createOrder, input, anna, keyOptions)).toEqual(firstResponse);
    expect(
      await billing.test.codeOf(
        createOrder,
        { ...input, lines: [{ ...input.lines[0]!, name: 'other.example' }] },
        anna,
        keyOptions,
      ),
    ).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await billing.test.call(listDocuments, { organizationId }, anna)).data).toHaveLength(1);
  });

  it('are cancelled with their pro forma, idempotently, unless they are paid', async () => {
    const { test } = billing;
    const organizationId = await billing.organization();
    const { id: orderId, proFormaId } = await billing.order(organizationId);
    const cancelledOrder = await test.call(cancelOrder, { organizationId, orderId }, anna);
    expect(cancelledOrder.status).toBe('cancelled');
    expect(await test.call(cancelOrder, { organizationId, orderId }, anna)).toEqual(cancelledOrder);
    expect(await billing.document(organizationId, proFormaId)).toMatchObject({ status: 'cancelled', open: chf(0) });
    expect(
      await test.codeOf(
        payDocument,
        { organizationId, documentId: proFormaId, method: 'prepaid' },
        anna,
        billing.newKeyOptions(),
      ),
    ).toBe('DOCUMENT_NOT_PAYABLE');
    const { order } = await billing.paidOrder(organizationId);
    expect(await test.codeOf(cancelOrder, { organizationId, orderId: order.id }, anna)).toBe('ORDER_PAID');
  });
});

describe('addresses', () => {
  it('have exactly one default after concurrent inserts; an invalid VAT number is refused', async () => {
    const { test } = billing;
    const organizationId = await billing.organizationWithoutAddress();
    const names = ['A', 'B', 'C', 'D'];
    await Promise.all(names.map((name) => test.call(addAddress, { organizationId, ...address, name }, anna)));
    const listDefaults = async () =>
      (await test.call(listAddresses, { organizationId }, people.payer)).data.filter(({ isDefault }) => isDefault);
    expect(await listDefaults()).toHaveLength(1);
    const chosenAddress = await test.call(
      addAddress,
      { organizationId, ...address, isDefault: true, vatNumber: 'che123456788 tva' },
      people.payer,
    );
    // The flag `billing.view` shows documents, not addresses.
    expect(await test.codeOf(listAddresses, { organizationId }, people.viewer)).toBe('PERMISSION_DENIED');
    expect(chosenAddress.vatNumber).toBe('CHE-123.456.788 TVA');
    expect(await listDefaults()).toEqual([chosenAddress]);
    expect(await test.codeOf(addAddress, { organizationId, ...address, vatNumber: 'CHE-123.456.789 MWST' }, anna)).toBe(
      'VAT_NUMBER_INVALID',
    );
  });
});

describe('charges', () => {
  it('of one period create one invoice when the calls are concurrent (REN-3)', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 50_000);
    const input = billing.chargeInput(organizationId);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        billing.test.call(
          chargePeriod,
          { ...input, chargeId: newId('chg', new Date()), method: index % 2 ? 'prepaid' : 'on_credit' },
          asService,
          { timeoutMs: 20_000 },
        ),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await billing.balance(organizationId)).toBe(50_000 - 11_675);
    expect(
      await billing.test.rows(`select count(*)::int as count from invoice where organization_id = $1`, [
        uuid(organizationId),
      ]),
    ).toEqual([{ count: 1 }]);
  });

  it('that are declined change nothing and can be repeated', async () => {
    const organizationId = await billing.organization();
    const input = billing.chargeInput(organizationId);
    const declinedAnswer = {
      status: 'declined',
      invoiceId: null,
      total: chf(11_675),
      dueOn: null,
      declineReason: 'prepaid_insufficient',
    };
    expect(await billing.test.call(chargePeriod, input, asService)).toEqual(declinedAnswer);
    expect((await billing.test.call(listDocuments, { organizationId }, anna)).data).toEqual([]);
    await billing.topUp(organizationId, 11_675);
    expect(await billing.test.call(chargePeriod, input, asService)).toMatchObject({ status: 'paid' });
  });

  it('on credit are paid immediately and without a hold if prepaid covers them (PAY-3)', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 12_000);
    const { status, invoiceId } = await billing.test.call(
      chargePeriod,
      billing.chargeInput(organizationId, { method: 'on_credit', heldUntil: '2028-11-06' }),
      asService,
    );
    expect(status).toBe('paid');
    expect(await billing.document(organizationId, invoiceId!)).toMatchObject({ status: 'paid', heldUntil: null });
  });

  it('are refused for a period for which the previous owner of the product was charged', async () => {
    const [previousOwner, newOwner] = [await billing.organization(), await billing.organization()];
    const input = billing.chargeInput(previousOwner, { method: 'on_credit' });
    await billing.test.call(chargePeriod, input, asService);
    expect(await billing.test.codeOf(chargePeriod, { ...input, organizationId: newOwner }, asService)).toBe(
      'PERIOD_CHARGED',
    );
    expect((await billing.test.call(listDocuments, { organizationId: newOwner }, anna)).data).toEqual([]);
  });

  it('are refused when the organization has no address', async () => {
    expect(
      await billing.test.codeOf(
        chargePeriod,
        billing.chargeInput(await billing.organizationWithoutAddress()),
        asService,
      ),
    ).toBe('ADDRESS_MISSING');
  });
});

describe('permissions', () => {
  const personNames = [
    'anna',
    'admin',
    'collaborator',
    'viewer',
    'payer',
    'externalPayer',
    'externalViewer',
    'outsider',
  ] as const;
  const lines = [{ type: 'web_hosting', name: 'alpine.example' }];

  it.each(personNames)(
    'allow %s to order, cancel, read, pay and add an address exactly as the role and the flags permit',
    async (personName) => {
      const { test } = billing;
      const organizationId = await billing.organization();
      const { id: orderId, proFormaId: documentId } = await billing.order(organizationId);
      const caller = people[personName];
      const codes = {
        order: await test.codeOf(createOrder, { organizationId, lines }, caller, billing.newKeyOptions()),
        cancel: await test.codeOf(cancelOrder, { organizationId, orderId: newId('ord', new Date()) }, caller),
        read: await test.codeOf(getDocument, { organizationId, documentId }, caller),
        list: await test.codeOf(listDocuments, { organizationId }, caller),
        download: await test.codeOf(downloadDocument, { organizationId, documentId }, caller),
        readOrder: await test.codeOf(getOrder, { organizationId, orderId }, caller),
        prepaid: await test.codeOf(getPrepaid, { organizationId }, caller),
        pay: await test.codeOf(
          payDocument,
          { organizationId, documentId, method: 'prepaid' },
          caller,
          billing.newKeyOptions(),
        ),
        address: await test.codeOf(addAddress, { organizationId, ...address }, caller),
      };
      // An allowed caller gets the error of the next check: the order does not exist, or prepaid has no money.
      const canManage = personName === 'anna' || personName === 'admin';
      const canRead = canManage || personName === 'viewer' || personName === 'externalViewer';
      const canPay = canManage || personName === 'payer';
      const refusalCode = personName === 'outsider' ? 'ORGANIZATION_NOT_FOUND' : 'PERMISSION_DENIED';
      const readCode = canRead ? 'ok' : refusalCode;
      expect(codes).toEqual({
        order: canManage ? 'ok' : refusalCode,
        cancel: canManage ? 'ORDER_NOT_FOUND' : refusalCode,
        read: readCode,
        list: readCode,
        download: readCode,
        readOrder: readCode,
        prepaid: readCode,
        pay: canPay ? 'PREPAID_INSUFFICIENT' : refusalCode,
        address: canPay ? 'ok' : refusalCode,
      });
    },
  );

  it('let only the staff use bank files and suspense; other callers get NOT_FOUND', async () => {
    const fileId = await billing.upload(billing.camt([]));
    for (const caller of [anna, people.externalPayer] as const) {
      expect(await billing.test.codeOf(importBankFile, { fileId }, caller)).toBe('NOT_FOUND');
      expect(await billing.test.codeOf(listSuspense, {}, caller)).toBe('NOT_FOUND');
    }
    expect(await billing.test.codeOf(importBankFile, { fileId: newId('fil', new Date()) }, staff)).toBe(
      'FILE_NOT_FOUND',
    );
  });

  it('do not give access to a document through another organization', async () => {
    const { test } = billing;
    const [organizationId, otherOrganizationId] = [await billing.organization(), await billing.organization()];
    const { id: orderId, proFormaId: documentId } = await billing.order(otherOrganizationId);
    expect(await test.codeOf(getDocument, { organizationId, documentId }, anna)).toBe('DOCUMENT_NOT_FOUND');
    expect(await test.codeOf(downloadDocument, { organizationId, documentId }, anna)).toBe('DOCUMENT_NOT_FOUND');
    expect(
      await test.codeOf(payDocument, { organizationId, documentId, method: 'prepaid' }, anna, billing.newKeyOptions()),
    ).toBe('DOCUMENT_NOT_FOUND');
    expect(await test.codeOf(getOrder, { organizationId, orderId }, anna)).toBe('ORDER_NOT_FOUND');
    expect(await test.codeOf(cancelOrder, { organizationId, orderId }, anna)).toBe('ORDER_NOT_FOUND');
  });

  it('let the runtime role read no customer rows without a tenant context, and no bank bookings', async () => {
    const { database } = billing.test;
    await billing.paidOrder(await billing.organization());
    await database.query('begin; set local role cordee_billing;');
    const tables = [
      'address',
      '"order"',
      'pro_forma',
      'invoice',
      'document',
      'document_line',
      'charge',
      'prepaid_account',
      'ledger_booking',
      'ledger_entry',
    ];
    const { rows } = await database.query(
      `select ${tables
        .map((table) => `(select count(*)::int from ${table})`)
        .map((count, index) => `${count} as t${index}`)
        .join(', ')}`,
    );
    expect(Object.values(rows[0])).toEqual(tables.map(() => 0));
    await expect(database.query('select from bank_booking')).rejects.toThrow('permission denied');
    await database.query('rollback');
  });
});
