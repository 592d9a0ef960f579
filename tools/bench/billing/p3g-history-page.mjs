import { toUuid } from '@cordee/contracts/id';
import { createTokenSigner } from '../access/token-signer.mjs';
import { latencies } from '../../measurement/statistics.mjs';
import { startChild } from '../harness/child.mjs';
import { atMost } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';
import { randomWithIds } from '../harness/random-ids.mjs';
import { BillingDatabase } from './billing-database.mjs';

const DOCUMENTS_OF_ORGANIZATION = 10_000;
const DOCUMENTS = 10_000_000;
const INSERTED_AT_ONCE = 1_000_000;
const CALLS = 200;
/** The pages of one reader, from the newest documents on. */
const PAGES = 10;
const MAX_RATIO = 2;

/** P3g: measures whether the history of an organization gets slower by the documents of other organizations. */
export const historyPages = {
  id: 'P3g',
  title: 'a page of the history of an organization with 10,000 documents, with the sums of all',
  async open(options) {
    const count = Math.max(DOCUMENTS_OF_ORGANIZATION, Math.round(DOCUMENTS * options.scale));
    const organizationId = randomWithIds(options.seed).id('org');
    const subjects = [];
    const closeSteps = [];
    for (const [index, total] of [DOCUMENTS_OF_ORGANIZATION, count].entries()) {
      const name = `among ${total.toLocaleString('en')} documents`;
      progress(`P3g: creating ${total.toLocaleString('en')} documents`);
      const database = await BillingDatabase.create({}, `cordee_bench_history_${index}`);
      const distance = Math.round(total / DOCUMENTS_OF_ORGANIZATION);
      await createDocuments(database.client, organizationId, { total, distance });
      const service = await startChild(
        new URL('billing.process.mjs', import.meta.url),
        { databaseUrl: database.runtimeUrl, keys: createTokenSigner().keys },
        options,
      );
      closeSteps.push(
        () => service.stop(),
        () => database.close(),
      );
      const run = async () => {
        const startedAt = performance.now();
        const times = await service.ask('readHistory', { organizationId, pages: PAGES, calls: CALLS });
        return { operations: CALLS, ms: performance.now() - startedAt, latency: latencies(times) };
      };
      subjects.push({ name, role: index === 0 ? 'variant' : 'ours', run });
    }
    const p99Of = (results, { name }) => results.find((result) => result.name === name).latencyMs.p99;
    return {
      unit: 'pages/s',
      subjects,
      goals: [
        atMost(
          MAX_RATIO,
          `p99 of a page ${subjects[1].name}: at most ${MAX_RATIO} × ${subjects[0].name}`,
          (results) => p99Of(results, subjects[1]) / p99Of(results, subjects[0]),
          'ratio',
        ),
      ],
      notes: () => [`${CALLS} pages of 50 documents, ${PAGES} pages from the newest on; without NATS.`],
      close: async () => {
        for (const closeStep of closeSteps) await closeStep();
      },
    };
  },
};

/**
 * Inserts `total` paid invoices with a line each. The documents of the organization lie among those of others: the
 * organization has every `distance`-th document.
 */
export async function createDocuments(client, organizationId, { total, distance }) {
  for (let start = 0; start < total; start += INSERTED_AT_ONCE) {
    const parameters = [start, Math.min(total, start + INSERTED_AT_ONCE) - 1, toUuid(organizationId), distance];
    await client.query(insertInvoicesSql, parameters);
    await client.query(insertLinesSql, parameters);
  }
  await client.query('vacuum (analyze)');
}

const uuidSql = (prefix, numberSql) => `('${prefix}-0000-7000-8000-' || lpad(to_hex(${numberSql}), 12, '0'))::uuid`;
const organizationSql = `case when n % $4 = 0 then $3::uuid else ${uuidSql('00000001', 'n / 1000')} end`;
const documentSql = uuidSql('00000002', 'n');

const insertInvoicesSql = `
  insert into invoice (
    organization_id, id, number, status, issued_on, currency, net, vat, total, reference, language, is_reverse_charge,
    seller, buyer, created_at, due_on, paid_amount, paid_on
  )
  select ${organizationSql}, ${documentSql}, 'INV-2026-' || n, 'paid', date '2026-01-01' - (n % 3000)::integer, 'CHF',
         10800, 875, 11675, 'RF00' || n, 'fr', false, '{"name": "Alpenhost SA", "country": "CH"}',
         '{"name": "Alpine Rescue", "street": "Rue du Rhône", "postalCode": "1204", "town": "Genève", "country": "CH"}',
         '2026-01-01', date '2026-01-31', 11675, date '2026-01-10'
  from generate_series($1::bigint, $2::bigint) as n`;

const insertLinesSql = `
  insert into document_line (
    organization_id, document_id, position, product_id, text, interval, net, vat_basis_points, vat, period_start,
    period_end
  )
  select ${organizationSql}, ${documentSql}, 0, ${uuidSql('00000003', 'n')}, 'Web hosting', 'yearly', 10800, 810, 875,
         date '2026-01-01', date '2027-01-01'
  from generate_series($1::bigint, $2::bigint) as n`;
