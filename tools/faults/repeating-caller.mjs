import { importBankFile } from '@cordee/contracts/billing/bank-file';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bankFileOf } from '../bench/billing/bank-file-of.mjs';
import { BillingCaller } from '../bench/billing/billing-caller.mjs';
import { answerForServices } from '../bench/billing/renewal-charges.mjs';

const STAFF = 'acc_01je5nryg0fgz9y05x3mqpmjrs';
const SESSION = 'ses_01je5nryg0fgz9y05x3mqpmjrs';
const CALL_TIMEOUT_MS = 5_000;
const IMPORT_TIMEOUT_MS = 20_000;
const PAUSE_MS = 100;
/** Errors that say nothing about the input: the caller repeats the call. */
const TEMPORARY_CODES = new Set(['SERVICE_UNAVAILABLE', 'INTERNAL', 'IDEMPOTENCY_KEY_RUNNING']);

/** Calls billing as other services do: repeats a call with the same idempotency key until it succeeds. */
export class RepeatingCaller {
  repeats = 0;
  messageNumber = 0;

  constructor(billing, token) {
    this.billing = billing;
    this.token = token;
    this.renewals = new RpcClient(billing.bus, 'renewals');
  }

  /** Connects to the bus, and answers for the services that billing calls. */
  static async connect(signer) {
    const token = signer.sign(STAFF, SESSION, { isStaff: true });
    const billing = await BillingCaller.connect(token);
    await answerForServices(billing.bus);
    return new RepeatingCaller(billing, token);
  }

  charge(input) {
    return this.repeat(() =>
      this.renewals.call(chargePeriod, input, { idempotencyKey: input.chargeId, timeoutMs: CALL_TIMEOUT_MS }),
    );
  }

  /** Uploads a bank file with a payment of each document, and imports it. */
  importPayments(documents) {
    this.messageNumber += 1;
    // Each import of the same document has the same reference of the bank.
    const content = bankFileOf(documents, {
      messageId: `MSG-${this.messageNumber}`,
      bankReferenceOf: ({ id }) => id.slice(4),
    });
    return this.repeat(async () => {
      const fileId = await this.billing.upload(content, CALL_TIMEOUT_MS);
      return this.billing.rpc.call(
        importBankFile,
        { fileId },
        { timeoutMs: IMPORT_TIMEOUT_MS, causedBy: { requestId: randomUUID(), token: this.token } },
      );
    });
  }

  async repeat(call) {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!TEMPORARY_CODES.has(error.code)) throw error;
        this.repeats += 1;
        await sleep(PAUSE_MS);
      }
    }
  }

  close() {
    return this.billing.close();
  }
}
