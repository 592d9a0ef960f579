// Runs the billing service, calls it, and kills it at random times. faults.mjs starts this process.
import { setTimeout as sleep } from 'node:timers/promises';
import { createTokenSigner } from '../bench/access/token-signer.mjs';
import { BillingDatabase } from '../bench/billing/billing-database.mjs';
import { randomDocuments, randomOrganizations, rowsOfDocuments } from '../bench/billing/random-documents.mjs';
import { addAddresses, newCharge } from '../bench/billing/renewal-charges.mjs';
import { stopChildren } from '../bench/harness/child.mjs';
import { randomWithIds } from '../bench/harness/random-ids.mjs';
import { checkDatabase } from './check-database.mjs';
import { FaultyService } from './faulty-service.mjs';
import { RepeatingCaller } from './repeating-caller.mjs';

const options = JSON.parse(process.env.CORDEE_FAULTS);
const MIN_MS_BETWEEN_KILLS = 1_000;
const MAX_MS_BETWEEN_KILLS = 5_000;
/** The number of calls at the same time. */
const CALLS_IN_FLIGHT = 32;
const PAYMENTS_PER_FILE = 250;

process.on('disconnect', () => process.exit(1));
const random = randomWithIds(options.seed);
const countPerKind = Math.ceil(options.documents / 3);
const organizations = randomOrganizations(options.seed, countPerKind);
const invoices = randomDocuments(options.seed, 'invoice', organizations, countPerKind);
const proFormas = randomDocuments(options.seed, 'pro_forma', organizations, countPerKind);
// A third of the documents exists at the start and is paid; a third are conversions, a third are renewals.
const database = await BillingDatabase.create(rowsOfDocuments(organizations, [...invoices, ...proFormas]));
await database.reset();
const signer = createTokenSigner();
const caller = await RepeatingCaller.connect(signer);
await addAddresses(database.client, organizations);
const service = await FaultyService.start({ database, keys: signer.keys, options });

const startedAt = performance.now();
const renewals = organizations.flatMap((organization) => [organization, organization]).slice(0, countPerKind);
const charges = renewals.map(({ organizationId }) => newCharge(random, organizationId));
const files = filesOf([...invoices, ...proFormas]);
const work = Promise.all([
  inParallel(charges, CALLS_IN_FLIGHT, (charge) => caller.charge(charge)),
  // Each file is imported twice at the same time, as when two bookkeepers import it.
  inParallel([...files, ...files], 2, (file) => caller.importPayments(file)),
]);
let isDone = false;
const kills = killUntil(() => isDone);
await work;
isDone = true;
await kills;
const seconds = (performance.now() - startedAt) / 1_000;
const findings = await checkDatabase(database.client, {
  charges,
  payments: [...invoices, ...proFormas],
  invoiceCount: invoices.length + proFormas.length + charges.length,
});
console.log(
  `${options.documents.toLocaleString('en')} documents in ${seconds.toFixed(0)} s: ${service.processKills} kills of ` +
    `the process, ${service.connectionKills} kills of its connections, ${caller.repeats} repeated calls`,
);
for (const { name, count } of findings) console.log(`  ${count === 0 ? '✔' : '✖'} ${name}: ${count}`);
await caller.close();
await stopChildren();
await database.close();
process.exit(findings.some(({ count }) => count !== 0) ? 1 : 0);

/** Kills the service at random times, until the work is done. */
async function killUntil(isFinished) {
  while (!isFinished()) {
    await sleep(random.between(MIN_MS_BETWEEN_KILLS, MAX_MS_BETWEEN_KILLS));
    if (isFinished()) return;
    if (random.between(0, 3) === 0) await service.killConnections();
    else await service.killProcess();
  }
}

async function inParallel(items, parallelCount, run) {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: parallelCount }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
    }),
  );
}

/** Returns the documents of each bank file. The ids are random, so their order mixes invoices and pro formas. */
function filesOf(documents) {
  const sortedDocuments = documents.toSorted((left, right) => (left.id.slice(4) < right.id.slice(4) ? -1 : 1));
  return Array.from({ length: Math.ceil(sortedDocuments.length / PAYMENTS_PER_FILE) }, (_, index) =>
    sortedDocuments.slice(index * PAYMENTS_PER_FILE, (index + 1) * PAYMENTS_PER_FILE),
  );
}
