import type { Bus } from '@cordee/messaging/bus';
import { Gauge, type Registry } from 'prom-client';

/** The events that the consumers of a process have not handled yet, for `/metrics`. */
export class ConsumerMetrics {
  private readonly buses = new Set<Bus>();

  add(bus: Bus): void {
    this.buses.add(bus);
  }

  /** Adds the metric to a registry of Prometheus. The broker is asked at each scrape. */
  register(registry: Registry): void {
    const { buses } = this;
    const gauge: Gauge = new Gauge({
      name: 'cordee_consumer_pending',
      help: 'Events that a consumer has not handled yet; all replicas report the same consumers',
      labelNames: ['consumer'],
      registers: [registry],
      async collect() {
        gauge.reset();
        for (const bus of buses) {
          // Without the broker, the metric has no values.
          const pendingEvents = await bus.pendingEvents().catch(() => new Map<string, number>());
          for (const [consumer, count] of pendingEvents) gauge.set({ consumer }, count);
        }
      },
    });
  }
}
