import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { changePrepaidSettings } from '@cordee/contracts/billing/prepaid';
import { PrivateBroker } from '@cordee/testing/messaging/private-broker';
import { environmentWith } from '@cordee/testing/test-environment';
import { waitFor } from '@cordee/testing/wait-for';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { asService, BillingFixture, people } from '../test/billing.fixture.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const guide = 'docs/guides/internal-tools.md';
const readmes = ['libs/consumer/README.md', 'libs/contracts/README.md'];

let broker: PrivateBroker;
let billing: BillingFixture;
let folder: string;
let url: string;
let tool: ChildProcess | undefined;
/** The output of all processes of the tool. */
let toolOutput = '';

/** Runs a command of the repository and returns its output. */
const run = (...args: string[]): string =>
  execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: environmentWith({ NATS_URL: broker.url }) });

/** Returns the first TypeScript block of a document. */
const readScript = (file: string): string =>
  /```ts\n(.*?)```/s.exec(fs.readFileSync(path.join(root, file), 'utf8'))![1]!;

const subscribe = (...options: string[]): string =>
  run('tools/events.mjs', 'subscribe', '--durable', 'warehouse', '--service', 'billing', ...options);

beforeAll(async () => {
  broker = await PrivateBroker.start();
  billing = await BillingFixture.start({ NATS_URL: broker.url });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-warehouse-'));
  const user = subscribe().split('\n\n').at(-1)!;
  const [, password] = /password: "(\w+)"/.exec(user)!;
  await broker.addToolUser('warehouse', user);
  url = `nats://warehouse:${password}@${new URL(broker.url).host}`;
});
afterAll(async () => {
  await killTool();
  await billing.stop();
  await broker.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

function startTool(): void {
  tool = spawn(process.execPath, ['warehouse.ts'], { cwd: folder, env: environmentWith({ NATS_URL: url }) });
  for (const stream of [tool.stdout!, tool.stderr!])
    stream.on('data', (chunk: Buffer) => {
      toolOutput += chunk.toString();
    });
}

/** Kills the tool without a shutdown. */
async function killTool(): Promise<void> {
  if (!tool || tool.exitCode !== null) return;
  const ended = once(tool, 'exit');
  tool.kill('SIGKILL');
  await ended;
  tool = undefined;
}

function readTable<T>(sql: string): T[] {
  const file = path.join(folder, 'warehouse.db');
  if (!fs.existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return database.prepare(sql).all() as T[];
  } catch {
    // The tool has not created the tables yet.
    return [];
  } finally {
    database.close();
  }
}

const readToolInvoices = (): unknown[] =>
  readTable('select number, net, vat, total, paid from invoice order by number').map((row) => ({ ...(row as object) }));
const readToolRates = (): unknown[] =>
  readTable(
    `select number, cast(rate as real) as rate, invoice_vat.net as net from invoice_vat
     join invoice on invoice.id = invoice order by number, rate`,
  ).map((row) => ({ ...(row as object) }));

/** Reads the invoices in the database of billing. */
const readInvoices = async (): Promise<unknown[]> =>
  billing.test.rows(
    `select number, net::int, vat::int, total::int, paid_amount::int as paid from invoice order by number`,
  );
/** Reads the net of the lines of each invoice per VAT rate in the database of billing. */
const readRates = async (): Promise<unknown[]> =>
  billing.test.rows(
    `select number, vat_basis_points / 100.0::float as rate, sum(line.net)::int as net
     from document_line line join invoice on invoice.id = document_id group by 1, 2 order by 1, 2`,
  );

async function expectSameTables(): Promise<void> {
  const expected = await readInvoices();
  const isComplete = async (): Promise<boolean> => JSON.stringify(readToolInvoices()) === JSON.stringify(expected);
  // An event that was not acknowledged before the crash is delivered again after 10 seconds.
  await waitFor(isComplete, 'the table of the tool', 90_000).catch(() => undefined);
  expect(readToolInvoices()).toEqual(expected);
  expect(readToolRates()).toEqual(await readRates());
  const differences = readTable(
    `select number from invoice join (select invoice, sum(vat) as vat from invoice_vat group by invoice) sums
       on sums.invoice = invoice.id where sums.vat <> invoice.vat`,
  );
  expect(differences).toEqual([]);
}

/** Issues an invoice whose payment is reversed, and an invoice with two VAT rates that is paid in part. */
async function issueInvoices(reversedReference: string): Promise<void> {
  const organizationId = await billing.organization();
  await billing.test.call(changePrepaidSettings, { organizationId, takesPartPayments: true }, people.payer);
  await billing.paidOrder(organizationId, { servicerReference: reversedReference });
  const { invoiceId } = await billing.test.call(
    chargePeriod,
    billing.chargeInput(organizationId, { method: 'on_credit', periodStart: '2023-07-01', periodEnd: '2024-07-01' }),
    asService,
  );
  const { reference } = await billing.document(organizationId, invoiceId!);
  await billing.receive({ amount: 4_321, reference: reference! });
  await billing.receive({ amount: 11_675, servicerReference: reversedReference, isReversal: true });
}

it('the tool of the guide has the data of billing after a crash and a replay', async () => {
  run('tools/pack.mjs', path.join(folder, 'packages'));
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const tarballs = fs.readdirSync(path.join(folder, 'packages')).map((name) => `./packages/${name}`);
  execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs, 'zod'], { cwd: folder });
  const scripts = ['warehouse.ts', 'consumer-readme.ts', 'contracts-readme.ts'];
  for (const [index, file] of [guide, ...readmes].entries())
    fs.writeFileSync(path.join(folder, scripts[index]!), readScript(file));
  const typeCheck = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
  const { stdout } = spawnSync(
    path.join(root, 'node_modules/.bin/tsc'),
    [...typeCheck, '--typeRoots', path.join(root, 'node_modules/@types'), ...scripts],
    { cwd: folder, encoding: 'utf8' },
  );
  expect(stdout).toBe('');

  await issueInvoices('T-1');
  startTool();
  await waitFor(async () => readToolInvoices().length > 0, 'the first invoice of the tool').catch((error: unknown) => {
    throw new Error(`the tool has no invoice; its output: ${toolOutput}`, { cause: error });
  });
  await killTool();
  await issueInvoices('T-2');
  startTool();
  await expectSameTables();

  // A replay into the same database changes nothing, and a replay into an empty database gives the same tables.
  for (const isEmpty of [false, true]) {
    await killTool();
    expect(subscribe('--replace', '--from', 'all')).toContain('The user "warehouse" of NATS remains as it is.');
    if (isEmpty) fs.rmSync(path.join(folder, 'warehouse.db'));
    await issueInvoices(isEmpty ? 'T-4' : 'T-3');
    startTool();
    await expectSameTables();
  }
}, 300_000);
