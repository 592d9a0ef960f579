// Stubs of identity and products that answer with snapshots and leases. The stubs are not measured.
import { declareLeaseContracts } from '@cordee/contracts/access-lease';
import { serviceOf } from '@cordee/contracts/contract';
import { getMemberSnapshot } from '@cordee/contracts/identity/member';
import { listEndedSessions } from '@cordee/contracts/identity/session';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { getTypeRights } from '@cordee/contracts/products/product-type';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { decode, encode } from '@cordee/messaging/reply';
import { handleRequests } from '../harness/handle-requests.mjs';
import { encodeSnapshot } from './access-cache.mjs';
import { typeRights } from './product-types.mjs';
import { randomOrganization } from './random-organization.mjs';

let bus;
handleRequests({ start, stop: () => bus?.close() });

async function start({ seed, scale, now }) {
  const pages = encodeSnapshot(randomOrganization(seed, { scale, now: new Date(now) }));
  bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'identity' });
  const serve = (contract, answer) =>
    bus.serve(contract.subject, serviceOf(contract), async ({ data }) => answer(decode(data)));
  await serve(getMemberSnapshot, servePages(pages.people, { people: [], support: [] }));
  await serve(getProductSnapshot, servePages(pages.products, { products: [], resources: [] }));
  await serve(getTypeRights, () => encode({ output: { data: typeRights } }));
  await serve(listEndedSessions, () => encode({ output: { sessionIds: [] } }));
  for (const owner of ['identity', 'products']) {
    await serve(declareLeaseContracts(owner).takeLease, () => encode({ output: { leaseMs: 600_000, epoch: 1 } }));
    await serve(declareLeaseContracts(owner).releaseLease, () => encode({ output: {} }));
  }
}

const servePages =
  (pages, emptyTables) =>
  ({ since, cursor }) =>
    since === undefined
      ? pages[Number(cursor ?? 0)]
      : encode({ output: { revision: 1, changed: [], nextCursor: null, ...emptyTables } });
