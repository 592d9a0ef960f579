import { connect, headers } from '@nats-io/transport-node';
import { brokerAddress } from '@cordee/messaging/broker-address';

/** The broker's client with nothing of ours around it: the limit that our bus is compared with. */
export const connectRaw = () => connect({ ...brokerAddress(process.env.NATS_URL), noAsyncTraces: true });
export const rawHeaders = headers;
