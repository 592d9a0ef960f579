import { addAddress } from '@cordee/contracts/billing/address';
import { importBankFile } from '@cordee/contracts/billing/bank-file';
import type { chargePeriod } from '@cordee/contracts/billing/charge';
import { getDocument } from '@cordee/contracts/billing/document';
import { billingFiles, downloadDocument } from '@cordee/contracts/billing/document-download';
import { createOrder, getOrder } from '@cordee/contracts/billing/order';
import { getPrepaid } from '@cordee/contracts/billing/prepaid';
import type { Answer, Input } from '@cordee/contracts/contract';
import { FILE_CHUNK_BYTES } from '@cordee/contracts/file';
import { newId, type Id } from '@cordee/contracts/id';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import { quotePrices } from '@cordee/contracts/products/product-type';
import { localDateIn } from '@cordee/calendar/local-date';
import { money } from '@cordee/money/money';
import { TestService, type Caller } from '@cordee/testing/test-service';
import { buildCamt054, type CamtPayment } from '@cordee/testing/camt-054-builder';
import { billingService } from '../src/billing.service.ts';

type OrganizationId = `org_${string}`;
type DocumentId = Id<'pfm' | 'inv' | 'crn'>;

export const IBAN = 'CH9300762011623852957';
/** The configuration of the sample account, with the report that counts. */
export const sellerAccount = (report: '053' | '054'): string => `CHF:${IBAN}:qr=CH4431999123000889012:report=${report}`;
export const staff: Caller = { staff: 'acc_01je5nryg0fgz9y05x3mqpmjrs' };
/** The service that calls `chargePeriod`. */
export const asService: Caller = { service: 'renewals' };
/** The members of each test organization, and an outsider. Anna is the legal representative. */
export const people = {
  anna: { account: 'acc_01je5nryg0fgz9y05x3mqpmjra' },
  admin: { account: 'acc_01je5nryg0fgz9y05x3mqpmjrb' },
  collaborator: { account: 'acc_01je5nryg0fgz9y05x3mqpmjrc' },
  viewer: { account: 'acc_01je5nryg0fgz9y05x3mqpmjrd' },
  payer: { account: 'acc_01je5nryg0fgz9y05x3mqpmjre' },
  externalPayer: { account: 'acc_01je5nryg0fgz9y05x3mqpmjrf' },
  externalViewer: { account: 'acc_01je5nryg0fgz9y05x3mqpmjrg' },
  outsider: { account: 'acc_01je5nryg0fgz9y05x3mqpmjrh' },
} as const;
export const { anna } = people;
export const address = {
  name: 'Alpine Rescue',
  street: 'Rue du Rhône',
  buildingNumber: '12',
  postalCode: '1204',
  town: 'Genève',
  country: 'CH',
};
/** Net prices in minor units. A net price of 108.00 is 116.75 with VAT. */
export const prices: Record<string, number> = {
  web_hosting: 10_800,
  domain: 1_500,
  network_storage: 60_000,
  odd_price: 333,
  free: 0,
  deposit: 5_000,
};
export const chf = (amount: number) => ({ amount, currency: 'CHF' as const });

/** A payment in a bank file. `amount` is in minor units. */
export type FilePayment = Omit<Partial<CamtPayment>, 'amount'> & { amount: number; currency?: string };

const member = (
  person: { account: `acc_${string}` },
  role: 'legal_representative' | 'administrator' | 'collaborator' | 'external',
  flags: ('billing.view' | 'billing.pay')[] = [],
) => ({
  accountId: person.account,
  memberId: newId('mem', new Date()),
  role,
  flags,
  isBlocked: false,
});

/** Runs billing on real servers, answers for the services products and identity, and generates bank files. */
export class BillingFixture {
  private counter = 0;

  private constructor(
    readonly test: TestService,
    /** The legal forms of organizations; a company by default. */
    readonly legalForms: Map<OrganizationId, 'person' | 'company' | 'public_body'>,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<BillingFixture> {
    const test = await TestService.start(billingService, {
      SELLER_VAT_REGISTRATIONS: 'OSS:EU372000001,GB:GB123456789',
      ...environment,
    });
    const legalForms: BillingFixture['legalForms'] = new Map();
    await test.stub(quotePrices, ({ currency, lines }) => ({
      lines: lines.map(({ type, interval }) => ({
        type,
        interval,
        name: 'Web hosting',
        translatedNames: { fr: 'Hébergement web' },
        vatClass: type === 'deposit' ? ('out_of_scope' as const) : ('standard' as const),
        canOrderWarranty: type !== 'network_storage',
        price: { amount: prices[type]!, currency },
      })),
    }));
    await test.stub(describeOrganization, ({ organizationId }) => ({
      id: organizationId,
      name: 'Alpine Rescue',
      legalForm: legalForms.get(organizationId) ?? ('company' as const),
      country: 'CH',
      locale: 'fr' as const,
      timeZone: 'Europe/Zurich',
      currency: 'CHF' as const,
      createdAt: '2026-01-31T09:00:00.000Z',
    }));
    return new BillingFixture(test, legalForms);
  }

  stop(): Promise<void> {
    return this.test.stop();
  }

  today(): string {
    return localDateIn('Europe/Zurich', this.test.process.clock.now());
  }

  /** Returns call options with a new idempotency key. */
  newKeyOptions(): { idempotencyKey: string; timeoutMs: number } {
    return { idempotencyKey: `key-${(this.counter += 1)}`, timeoutMs: 30_000 };
  }

  /** Creates an organization with a billing address. `fields` replace the fields of the sample address. */
  async organization(
    fields: Partial<typeof address> & { vatNumber?: string; isPlaceConfirmed?: boolean } = {},
  ): Promise<OrganizationId> {
    const organizationId = await this.organizationWithoutAddress();
    await this.test.call(addAddress, { organizationId, ...address, isPlaceConfirmed: true, ...fields }, anna);
    return organizationId;
  }

  async organizationWithoutAddress(): Promise<OrganizationId> {
    const organizationId = newId('org', new Date());
    this.test.stubbedSnapshots.people.set(organizationId, [
      member(people.anna, 'legal_representative'),
      member(people.admin, 'administrator'),
      member(people.collaborator, 'collaborator'),
      member(people.viewer, 'collaborator', ['billing.view']),
      member(people.payer, 'collaborator', ['billing.pay']),
      member(people.externalPayer, 'external', ['billing.pay']),
      member(people.externalViewer, 'external', ['billing.view']),
    ]);
    return organizationId;
  }

  /** Creates an order as Anna. Each object replaces the fields of one line; the default is one web hosting. */
  order(
    organizationId: OrganizationId,
    lines: object[] = [{}],
    fields: object = {},
  ): Promise<Answer<typeof createOrder>> {
    return this.test.call(
      createOrder,
      {
        organizationId,
        lines: lines.map((line) => ({ type: 'web_hosting', name: 'alpine.example', ...line })),
        ...fields,
      },
      anna,
      this.newKeyOptions(),
    );
  }

  document(organizationId: OrganizationId, documentId: DocumentId): Promise<Answer<typeof getDocument>> {
    return this.test.call(getDocument, { organizationId, documentId }, anna);
  }

  /** Creates an order and returns its unpaid pro forma. */
  async proForma(
    organizationId: OrganizationId,
    lines?: object[],
    fields?: object,
  ): Promise<Answer<typeof getDocument>> {
    return this.document(organizationId, (await this.order(organizationId, lines, fields)).proFormaId);
  }

  /** Creates an order, pays it by bank transfer, and returns the order and its documents. */
  async paidOrder(organizationId: OrganizationId, payment: Partial<FilePayment> = {}) {
    const order = await this.order(organizationId);
    const proForma = await this.document(organizationId, order.proFormaId);
    await this.receive({ amount: proForma.total.amount, reference: proForma.reference!, ...payment });
    const { invoiceId } = await this.test.call(getOrder, { organizationId, orderId: order.id }, anna);
    return { order, proForma, invoice: await this.document(organizationId, invoiceId!) };
  }

  prepaid(organizationId: OrganizationId): Promise<Answer<typeof getPrepaid>> {
    return this.test.call(getPrepaid, { organizationId }, anna);
  }

  async balance(organizationId: OrganizationId, currency = 'CHF'): Promise<number> {
    return (await this.prepaid(organizationId)).balances.find((each) => each.currency === currency)?.amount ?? 0;
  }

  /** Credits prepaid by a payment with the standing-order reference. */
  async topUp(organizationId: OrganizationId, amount: number, currency = 'CHF'): Promise<void> {
    const { standingOrderReference } = await this.prepaid(organizationId);
    await this.receive({ amount, currency, reference: standingOrderReference });
  }

  /** Returns a camt.054 with the payments. */
  camt(payments: FilePayment[], options: { isBatch?: boolean; account?: string } = {}): string {
    return buildCamt054({
      messageId: `MSG-${(this.counter += 1)}`,
      createdAt: this.test.process.clock.now().toISOString(),
      account: IBAN,
      ...options,
      payments: payments.map(({ amount, currency = 'CHF', ...payment }) => ({
        valueDate: this.today(),
        servicerReference: `BANK-${(this.counter += 1)}`,
        ...payment,
        amount: money(amount, currency),
      })),
    });
  }

  async importFile(content: string): Promise<Answer<typeof importBankFile>> {
    return this.test.call(importBankFile, { fileId: await this.upload(content) }, staff, { timeoutMs: 30_000 });
  }

  /** Imports a camt.054 with the payments. */
  receive(...payments: FilePayment[]): Promise<Answer<typeof importBankFile>> {
    return this.importFile(this.camt(payments));
  }

  /** Stores a bank file as the gateway does. Returns the id of the file. */
  async upload(content: string): Promise<`fil_${string}`> {
    const fileId = newId('fil', new Date());
    const bytes = Buffer.from(content);
    for (let offset = 0, position = 0; offset < bytes.length; offset += FILE_CHUNK_BYTES, position += 1)
      await this.test.call(
        billingFiles.appendFileChunk,
        {
          fileId,
          name: 'camt054.xml',
          contentType: 'application/xml',
          position,
          bytes: bytes.subarray(offset, offset + FILE_CHUNK_BYTES).toString('base64'),
        },
        { service: 'gateway' },
      );
    return fileId;
  }

  /** Reads a stored file. */
  async readFile(organizationId: OrganizationId, fileId: `fil_${string}`): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for (;;) {
      const { bytes } = await this.test.call(
        billingFiles.readFileChunk,
        { organizationId, fileId, position: chunks.length },
        { service: 'gateway' },
      );
      if (bytes === null) return Buffer.concat(chunks);
      chunks.push(Buffer.from(bytes, 'base64'));
    }
  }

  async pdf(organizationId: OrganizationId, documentId: DocumentId): Promise<Buffer> {
    return this.readFile(
      organizationId,
      (await this.test.call(downloadDocument, { organizationId, documentId }, people.viewer)).fileId,
    );
  }

  /** Returns an input of `chargePeriod`. */
  chargeInput(
    organizationId: OrganizationId,
    fields: Partial<Input<typeof chargePeriod>> = {},
  ): Input<typeof chargePeriod> {
    return {
      organizationId,
      chargeId: newId('chg', new Date()),
      productId: newId('prd', new Date()),
      type: 'web_hosting',
      name: 'alpine.example',
      interval: 'yearly',
      currency: 'CHF',
      periodStart: '2027-01-31',
      periodEnd: '2028-01-31',
      method: 'prepaid',
      heldUntil: null,
      ...fields,
    };
  }

  /** Returns the events of an entity, the oldest first. */
  async eventsOf(entityId: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
    return (await this.test.outbox())
      .filter(({ event }) => event.subject === entityId)
      .map(({ type, data }) => ({ type: type.replace('billing.', ''), data }));
  }
}
