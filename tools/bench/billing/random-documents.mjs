import { makeReference } from '@cordee/billing/payments/payment-reference';
import { entriesOfInvoice } from '@cordee/billing/ledger/ledger-entry';
import { toUuid } from '@cordee/contracts/id';
import { randomWithIds } from '../harness/random-ids.mjs';

const DAY_MS = 86_400_000;
const CREATED_AT = '2026-01-01T09:00:00Z';
const DOCUMENTS_PER_ORGANIZATION = 2;
export const IBAN = 'CH9300762011623852957';

const seller = {
  name: 'Alpenhost SA',
  street: 'Rue de la Gare',
  buildingNumber: '1',
  postalCode: '1204',
  town: 'Genève',
  country: 'CH',
  vatNumber: 'CHE-123.456.788 MWST',
  iban: IBAN,
  qrIban: 'CH4431999123000889012',
};

const dateIn = (days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
export const today = () => dateIn(0);

/** Returns random organizations, enough for this number of documents. */
export function randomOrganizations(seed, documentCount) {
  const random = randomWithIds(seed);
  return Array.from({ length: Math.ceil(documentCount / DOCUMENTS_PER_ORGANIZATION) }, (_, index) => ({
    organizationId: random.id('org'),
    addressId: random.id('adr'),
    iban: `CH${String(index).padStart(19, '0')}`,
    buyer: {
      name: `Alpine Rescue ${index}`,
      street: 'Rue du Rhône',
      buildingNumber: '12',
      postalCode: '1204',
      town: 'Genève',
      country: 'CH',
      vatNumber: null,
    },
  }));
}

const VAT_BASIS_POINTS = 810;

/** Returns unpaid documents of the organizations. Each document of the kind `pro_forma` has an order. */
export function randomDocuments(seed, kind, organizations, count) {
  const random = randomWithIds(seed + (kind === 'invoice' ? 1 : 2));
  return Array.from({ length: count }, (_, index) => {
    const organization = organizations[index % organizations.length];
    const net = random.between(1_000, 50_000);
    const vat = Math.round((net * VAT_BASIS_POINTS) / 10_000);
    return {
      kind,
      organization,
      id: random.id(kind === 'invoice' ? 'inv' : 'pfm'),
      orderId: random.id('ord'),
      productId: random.id('prd'),
      bookingId: random.id('bkg'),
      number: `${kind === 'invoice' ? 'OLD' : 'PRO'}-2026-${String(index + 1).padStart(6, '0')}`,
      reference: makeReference('SCOR', kind, index + 1),
      net,
      vat,
      total: net + vat,
    };
  });
}

/** Returns the rows of documents by table, for `BillingDatabase`. */
export function rowsOfDocuments(organizations, documents) {
  const invoices = documents.filter(({ kind }) => kind === 'invoice');
  const proFormas = documents.filter(({ kind }) => kind === 'pro_forma');
  return {
    prepaid_account: organizations.map(({ organizationId }, index) => ({
      organization_id: toUuid(organizationId),
      standing_order_reference: makeReference('SCOR', 'standing_order', index + 1),
      created_at: CREATED_AT,
      // The table of the seed has no default values.
      pays_invoices: true,
      takes_part_payments: false,
      settings_version: 1,
    })),
    order: proFormas.map(orderRow),
    pro_forma: proFormas.map(proFormaRow),
    ...invoiceRows(invoices),
    document_line: documents.map((document) => ({
      ...keyOf(document, 'document_id'),
      position: 0,
      product_id: toUuid(document.productId),
      text: 'Web hosting',
      interval: 'yearly',
      net: document.net,
      vat_basis_points: VAT_BASIS_POINTS,
      vat: document.vat,
      period_start: dateIn(-10),
      period_end: dateIn(355),
    })),
    payment_reference: documents.map((document) => ({
      reference: document.reference,
      kind: document.kind,
      ...keyOf(document, 'document_id'),
      created_at: CREATED_AT,
    })),
  };
}

const keyOf = ({ organization, id }, name = 'id') => ({
  organization_id: toUuid(organization.organizationId),
  [name]: toUuid(id),
});

const documentRow = (document) => ({
  ...keyOf(document),
  number: document.number,
  issued_on: dateIn(-10),
  currency: 'CHF',
  net: document.net,
  vat: document.vat,
  total: document.total,
  reference: document.reference,
  language: 'fr',
  is_reverse_charge: false,
  seller,
  buyer: document.organization.buyer,
  address_id: toUuid(document.organization.addressId),
  created_at: CREATED_AT,
});

const orderRow = ({ organization, id, orderId, productId, net, total }) => ({
  organization_id: toUuid(organization.organizationId),
  id: toUuid(orderId),
  status: 'pending',
  currency: 'CHF',
  lines: [
    {
      productId,
      type: 'web_hosting',
      name: 'alpine.example',
      interval: 'yearly',
      price: { amount: net, currency: 'CHF' },
      isAutomaticRenewal: false,
      isWarranted: false,
    },
  ],
  pro_forma_id: toUuid(id),
  total,
  created_at: CREATED_AT,
});

const proFormaRow = (document) => ({
  ...documentRow(document),
  order_id: toUuid(document.orderId),
  status: 'issued',
  valid_until: dateIn(20),
  reserved_amount: 0,
});

function invoiceRows(documents) {
  return {
    invoice: documents.map((document) => ({
      ...documentRow(document),
      status: 'open',
      due_on: dateIn(20),
      paid_amount: 0,
      credited_amount: 0,
      refunded_amount: 0,
      written_off_amount: 0,
      shortfall_amount: 0,
    })),
    ledger_booking: documents.map((document) => ({
      ...keyOf({ ...document, id: document.bookingId }),
      kind: 'invoice',
      document_id: document.id,
      valued_on: dateIn(-10),
      booked_at: CREATED_AT,
    })),
    ledger_entry: documents.flatMap((document) =>
      entriesOfInvoice({ ...document, rounding: 0 }, [
        {
          tax: { state: 'CH', scope: 'CH', category: 'S', basisPoints: VAT_BASIS_POINTS },
          net: document.net,
          vat: document.vat,
        },
      ]).map(({ account, amount, documentId }, index) => ({
        ...keyOf({ ...document, id: document.bookingId }, 'booking_id'),
        position: index + 1,
        account,
        currency: 'CHF',
        amount,
        document_id: documentId ?? null,
      })),
    ),
  };
}
