import type { Bus } from '@cordee/messaging/bus';
import { LocalBus } from '@cordee/messaging/local-bus';
import { NatsBus } from '@cordee/messaging/nats-bus';
import type { ServiceConfig } from './config.ts';

export interface OpenedBus {
  bus: Bus;
  /** The embedded bus; undefined when the process uses NATS. */
  localBus: LocalBus | undefined;
  /** Opens a bus connection with the credentials in `url`; the embedded bus is shared. */
  connect(service: string, url?: string): Promise<Bus>;
}

/** Connects to NATS with the credentials of the service. Without NATS_URL, opens the embedded bus of the process. */
export async function openBus(
  service: string,
  { NATS_URL: url, NODE_ENV: environment }: Pick<ServiceConfig, 'NATS_URL' | 'NODE_ENV'>,
): Promise<OpenedBus> {
  if (url) {
    const connect = (name: string, ownUrl = url) => NatsBus.connect({ url: ownUrl, service: name });
    return { bus: await connect(service), localBus: undefined, connect };
  }
  if (environment === 'production') throw new Error('NATS_URL is missing: the embedded bus is refused in production');
  const localBus = new LocalBus();
  return { bus: localBus, localBus, connect: async () => localBus };
}
