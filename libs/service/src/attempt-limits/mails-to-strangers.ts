import { networkOf } from '../network-of.ts';
import * as z from 'zod';
import type { CountedKey } from './attempt-counts.ts';
import { burstLimit, type AttemptLimit } from './attempt-limit.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Mails of one organization to one address. */
const addressInOrganizationLimit: AttemptLimit = {
  free: 5,
  forgetMs: HOUR_MS,
  firstWaitMs: HOUR_MS,
  maxWaitMs: 6 * HOUR_MS,
};
/** Mails of all organizations to one address. */
const addressLimit = burstLimit(20, 30 * MINUTE_MS);
/** Mails of one person. */
const senderLimit = burstLimit(100, 5 * MINUTE_MS);
/** Mails of all people of one organization. */
const organizationLimit = burstLimit(200, 2 * MINUTE_MS);

/** The variable with the number of mails to strangers that one network can cause at once. */
export const MailsPerNetwork = z.coerce
  .number()
  .int()
  .min(1)
  .default(100)
  .describe(
    'Number of mails of the service to addresses that the caller typed (sign-up, invitation, offer of a product) ' +
      'that one network can cause at once; then one per minute',
  );

/** The network of a caller, and the limit of its mails. */
export interface MailCaller {
  /** Undefined for a call of a service. */
  callerAddress: string | undefined;
  mailsPerNetwork: number;
}

/** Makes the key of a value; values of different purposes have different keys. */
export type HashKey = (purpose: string, value: string) => string;

/** Returns the key under which mails are counted for the network of the caller; no key for calls of services. */
export const keysOfMailNetwork = (hash: HashKey, { callerAddress, mailsPerNetwork }: MailCaller): CountedKey[] =>
  callerAddress
    ? [{ key: hash('mails of network', networkOf(callerAddress)), limit: burstLimit(mailsPerNetwork, MINUTE_MS) }]
    : [];

/** The recipient and the sender of a mail to a stranger. */
interface StrangerMail {
  emailKey: string;
  accountId: `acc_${string}`;
  organizationId: `org_${string}`;
}

/**
 * Returns the keys under which a mail to a stranger is counted: of its recipient, sender, organization and network.
 */
export function keysOfStrangerMail(
  hash: HashKey,
  kind: 'invitation' | 'transfer',
  { emailKey, accountId, organizationId }: StrangerMail,
  caller: MailCaller,
): CountedKey[] {
  // Keys that more calls share come later, so that two transactions do not deadlock.
  return [
    { key: hash(`${kind} mails`, `${organizationId} ${emailKey}`), limit: addressInOrganizationLimit },
    { key: hash(`${kind} mails to address`, emailKey), limit: addressLimit },
    { key: hash(`${kind} mails of sender`, accountId), limit: senderLimit },
    { key: hash(`${kind} mails of organization`, organizationId), limit: organizationLimit },
    ...keysOfMailNetwork(hash, caller),
  ];
}
