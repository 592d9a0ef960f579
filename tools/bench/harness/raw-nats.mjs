import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import { brokerAddress } from '@cordee/consumer/broker-address';

/** Connects with the plain NATS client. Its rate is the limit for the NATS bus of Cordée. */
export const connectRaw = () => connect({ ...brokerAddress(process.env.NATS_URL), noAsyncTraces: true });
export const rawHeaders = headers;
export const rawJetStream = jetstream;
export const rawJetStreamManager = jetstreamManager;
