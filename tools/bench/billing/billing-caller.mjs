import { importBankFile } from '@cordee/contracts/billing/bank-file';
import { billingFiles } from '@cordee/contracts/billing/document';
import { FILE_CHUNK_BYTES } from '@cordee/contracts/file';
import { newId } from '@cordee/contracts/id';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { StubbedSnapshots, stubSnapshots } from '@cordee/testing/stubbed-snapshots';
import { randomUUID } from 'node:crypto';

const TIMEOUT_MS = 15 * 60_000;

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
  async upload(content) {
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
        },
        { timeoutMs: TIMEOUT_MS },
      );
    }
    return fileId;
  }

  /** Imports a stored bank file as staff. Returns the number of booked payments. */
  async import(fileId) {
    const report = await this.rpc.call(
      importBankFile,
      { fileId },
      { timeoutMs: TIMEOUT_MS, causedBy: { requestId: randomUUID(), token: this.token } },
    );
    return report.counts.booked;
  }

  close() {
    return this.bus.close();
  }
}
