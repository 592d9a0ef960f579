import { createTokenSigner } from '../access/token-signer.mjs';
import { startChild } from '../harness/child.mjs';
import { cpuBetween, cpuOfServers } from '../platform/servers.mjs';
import { writeBare } from './bare-writes.mjs';
import { BillingCaller } from './billing-caller.mjs';
import { BillingDatabase } from './billing-database.mjs';

const STAFF = 'acc_01je5nryg0fgz9y05x3mqpmjrs';
const SESSION = 'ses_01je5nryg0fgz9y05x3mqpmjrs';

/** The billing service with a database, and the comparison of its writes with plain SQL for the same rows. */
export class BillingBench {
  constructor(database, service, caller, folder) {
    this.database = database;
    this.service = service;
    this.caller = caller;
    this.folder = folder;
  }

  /** Starts the service in its own process, with a database that contains `rowsByTable` at the start of each round. */
  static async open(rowsByTable, options) {
    const startProcess = (input) => startChild(new URL('billing.process.mjs', import.meta.url), input, options);
    return BillingBench.start(await BillingDatabase.create(rowsByTable), startProcess, options);
  }

  static async start(database, startService, options) {
    const signer = createTokenSigner();
    try {
      const service = await startService({ databaseUrl: database.runtimeUrl, keys: signer.keys });
      const caller = await BillingCaller.connect(signer.sign(STAFF, SESSION, { isStaff: true }));
      return new BillingBench(database, service, caller, options.folder);
    } catch (error) {
      // The next measurement creates the database again, which ends open connections.
      await database.close();
      throw error;
    }
  }

  /**
   * Returns two subjects: `work`, and plain SQL that writes the same rows in batches of 500. `prepare` runs before the
   * measured time, and `work` gets its result. `perTransaction` is the number of operations of a transaction.
   */
  subjects(name, { count, perTransaction, prepare = () => {}, work }) {
    let writes;
    const ours = async () => {
      await this.database.reset();
      const input = await prepare();
      const [cpuBefore, startedAt] = [await this.cpu(), performance.now()];
      await work(input);
      const ms = performance.now() - startedAt;
      const cpu = cpuBetween(cpuBefore, await this.cpu());
      // The plain SQL writes the rows of the warm-up, in which `work` runs first.
      writes ??= await this.database.readWrites();
      await this.database.deleteEvents();
      return { operations: count, ms, cpu };
    };
    const bare = async () => {
      await this.database.reset();
      const cpuBefore = cpuOfServers(this.folder).postgres;
      const { cpu, ...sample } = await writeBare(this.database, writes, count, perTransaction);
      const postgres = cpuOfServers(this.folder).postgres - cpuBefore;
      await this.database.deleteEvents();
      return { ...sample, cpu: { client: cpu, postgres } };
    };
    return [
      { name, role: 'ours', of: name, run: ours },
      { name: bareName(name), role: 'limit', of: name, run: bare },
    ];
  }

  async cpu() {
    return { service: await this.service.ask('cpu'), postgres: cpuOfServers(this.folder).postgres };
  }

  async close() {
    await this.caller.close();
    await this.service.stop();
    await this.database.close();
  }
}

/** The name of the plain SQL that writes the rows of a subject. */
export const bareName = (name) => `bare SQL: ${name}`;
