import { setSpansEnabled } from '@cordee/messaging/spans';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { ServiceConfig } from './config.ts';

/**
 * Sends spans of requests, calls, SQL statements, events and jobs to an OpenTelemetry collector, if its address is
 * configured. Returns a function that sends the remaining spans.
 */
export function startTracing(
  name: string,
  config: Pick<ServiceConfig, 'CORDEE_VERSION' | 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_TRACES_SAMPLER_ARG'>,
): () => Promise<void> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio } = config;
  if (endpoint === undefined) return async () => undefined;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': `cordee-${name}`,
      'service.version': config.CORDEE_VERSION,
    }),
    // Decides by the trace id, so that all processes decide the same, and callers of the API cannot decide by a flag.
    sampler: new TraceIdRatioBasedSampler(ratio),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: tracesUrlOf(endpoint) }) })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  setSpansEnabled(true);
  return async () => {
    setSpansEnabled(false);
    // A collector that does not answer must not prevent the stop.
    await provider.shutdown().catch(() => undefined);
    trace.disable();
    context.disable();
  };
}

/** The path of the collector is the base of the path for traces (OpenTelemetry specification, OTLP exporter). */
function tracesUrlOf(endpoint: string): string {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return url.href;
}
