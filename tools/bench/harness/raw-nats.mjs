import { connect, headers } from '@nats-io/transport-node';
import { brokerAddress } from '@cordee/messaging/broker-address';

/** Connects with the plain NATS client, which is the limit for Cordée's bus. */
export const connectRaw = () => connect({ ...brokerAddress(process.env.NATS_URL), noAsyncTraces: true });
export const rawHeaders = headers;
