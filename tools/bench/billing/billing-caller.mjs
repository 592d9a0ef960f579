import { importBankFile } from '@cordee/contracts/billing/bank-file';
import { getBankFileImport, startBankFileImport } from '@cordee/contracts/billing/bank-file-import';
import { billingFiles } from '@cordee/contracts/billing/document-download';
import { FILE_CHUNK_BYTES, LARGE_FILE_MAX_BYTES } from '@cordee/contracts/file';
import { newId } from '@cordee/contracts/id';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { StubbedSnapshots, stubSnapshots } from '@cordee/testing/stubbed-snapshots';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 15 * 60_000;
const POLL_MS = 250;

/** Calls billing as the gateway does. */
export class BillingCaller {
  constructor(bus, token) {
    this.bus = bus;
    this.token = token;
    this.rpc = new RpcClient(bus, 'gateway');
  }

  /** Connects to the bus, and also answers for the services whose data billing needs to authorize a call. */
  static async connect(token) {
    const bus = await NatsBus.connect({ url: process.env.NATS_URL, service: 'gateway' });
    await stubSnapshots('billing', bus, new StubbedSnapshots());
    return new BillingCaller(bus, token);
  }

  /** Stores a bank file. Returns the id of the file. */
  async upload(content, timeoutMs = TIMEOUT_MS) {
    const fileId = newId('fil', new Date());
    const bytes = Buffer.from(content);
    for (let position = 0; position * FILE_CHUNK_BYTES < bytes.length; position += 1) {
      const chunk = bytes.subarray(position * FILE_CHUNK_BYTES, (position + 1) * FILE_CHUNK_BYTES);
      await this.rpc.call(
        billingFiles.appendFileChunk,
        {
          fileId,
          name: 'camt054.xml',
          contentType: 'application/xml',
          position,
          bytes: chunk.toString('base64'),
          maxBytes: LARGE_FILE_MAX_BYTES,
        },
        { timeoutMs },
      );
    }
    return fileId;
  }

  /** Imports a stored bank file as staff. Returns the number of booked payments. */
  async importFile(fileId) {
    return (await this.callAsStaff(importBankFile, { fileId })).counts.booked;
  }

  /** Imports a stored bank file as a job, and waits until the job is done. Returns the number of booked payments. */
  async importAsJob(fileId) {
    const { id } = await this.callAsStaff(startBankFileImport, { fileId });
    for (;;) {
      const { status, report } = await this.callAsStaff(getBankFileImport, { bankFileImportId: id });
      if (status === 'done') return report.counts.booked;
      if (status === 'failed' || status === 'refused') throw new Error(`the import is ${status}`);
      await sleep(POLL_MS);
    }
  }

  callAsStaff(contract, input) {
    const causedBy = { requestId: randomUUID(), token: this.token };
    return this.rpc.call(contract, input, { timeoutMs: TIMEOUT_MS, causedBy, idempotencyKey: randomUUID() });
  }

  close() {
    return this.bus.close();
  }
}
