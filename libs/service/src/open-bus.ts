import type { Bus } from '@cordee/messaging/bus';
import { LocalBus } from '@cordee/messaging/local-bus';
import { BrokerRefusal } from '@cordee/messaging/connect-to-broker';
import { NatsBus } from '@cordee/messaging/nats-bus';
import type { ServiceConfig } from './config.ts';
import { StartError } from './start-error.ts';

export interface OpenedBus {
  bus: Bus;
  /** The embedded bus; undefined when the process uses NATS. */
  localBus: LocalBus | undefined;
  /** Opens a bus connection with the credentials in `url`; the embedded bus is shared. */
  connect(service: string, url?: string): Promise<Bus>;
}

/** Connects to NATS with the credentials of the service. Without NATS_URL, opens the embedded bus of the process. */
export async function openBus(service: string, { NATS_URL: url }: Pick<ServiceConfig, 'NATS_URL'>): Promise<OpenedBus> {
  if (url) {
    const connect = (name: string, ownUrl = url) =>
      connectOrThrow('NATS_URL', () => NatsBus.connect({ url: ownUrl, service: name }));
    return { bus: await connect(service), localBus: undefined, connect };
  }
  const localBus = new LocalBus();
  return { bus: localBus, localBus, connect: async () => localBus };
}

/** Connects to NATS. Throws a `StartError` with the name of the variable when NATS refuses the user. */
export async function connectOrThrow<T>(variable: string, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (error) {
    throw error instanceof BrokerRefusal ? new StartError(`${variable}: ${error.message}`, { cause: error }) : error;
  }
}
