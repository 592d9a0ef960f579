import { serviceOf } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import { quotePrices } from '@cordee/contracts/products/product-type';
import { decode, encode } from '@cordee/messaging/reply';

/** Answers for the services that billing calls when it charges a renewal. */
export async function answerForServices(bus) {
  const answer = (contract, outputOf) =>
    bus.serve(contract.subject, serviceOf(contract), async ({ data }) => encode({ output: outputOf(decode(data)) }));
  await answer(quotePrices, ({ lines, currency }) => ({
    lines: lines.map(({ type, interval }) => ({
      type,
      interval,
      name: 'Web hosting',
      translatedNames: {},
      vatClass: 'standard',
      canOrderWarranty: true,
      price: { amount: 10_800, currency },
    })),
  }));
  await answer(describeOrganization, ({ organizationId }) => ({
    id: organizationId,
    name: 'Alpine Rescue',
    legalForm: 'company',
    country: 'CH',
    locale: 'fr',
    timeZone: 'Europe/Zurich',
    currency: 'CHF',
    createdAt: '2026-01-31T09:00:00.000Z',
  }));
}

/** Gives the organizations a billing address. */
export async function addAddresses(client, organizations) {
  const rows = organizations.map(({ organizationId, addressId, buyer }) => ({
    organization_id: toUuid(organizationId),
    id: toUuid(addressId),
    name: buyer.name,
    street: buyer.street,
    building_number: buyer.buildingNumber,
    postal_code: buyer.postalCode,
    town: buyer.town,
    country: buyer.country,
  }));
  await client.query(
    `insert into address (organization_id, id, name, street, building_number, postal_code, town, country, is_default,
       created_at)
     select organization_id, id, name, street, building_number, postal_code, town, country, true, '2026-01-01'
     from jsonb_to_recordset($1::jsonb) as row (organization_id uuid, id uuid, name text, street text,
       building_number text, postal_code text, town text, country text)
     on conflict do nothing`,
    [JSON.stringify(rows)],
  );
}

/** Returns the input of `chargePeriod` for a renewal on credit. */
export const newCharge = (random, organizationId) => ({
  organizationId,
  chargeId: random.id('chg'),
  productId: random.id('prd'),
  type: 'web_hosting',
  name: 'alpine.example',
  interval: 'yearly',
  currency: 'CHF',
  periodStart: '2027-01-31',
  periodEnd: '2028-01-31',
  method: 'on_credit',
  heldUntil: null,
});
