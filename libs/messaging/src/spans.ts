import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';

/** The kinds of spans (OpenTelemetry specification, SpanKind). */
export type { SpanKind };

interface SpanOptions {
  readonly name: string;
  readonly kind: keyof typeof SpanKind;
  /** W3C `traceparent` of the span that caused this span; by default, the span in which the code runs. */
  readonly parent?: string | undefined;
  /** W3C `traceparent` of a span of another trace to which this span is related. */
  readonly link?: string | undefined;
  readonly attributes?: Attributes;
}

let areSpansEnabled = false;

/** Spans are recorded between `setSpansEnabled(true)` and `setSpansEnabled(false)`. Other code runs without spans. */
export function setSpansEnabled(areEnabled: boolean): void {
  areSpansEnabled = areEnabled;
}

/**
 * Runs a function in a span of OpenTelemetry, which ends when the promise of the function settles. The function starts
 * at once, in the same turn of the event loop. `describe` is called only when spans are recorded.
 */
export function inSpan<T>(describe: () => SpanOptions, run: () => Promise<T>): Promise<T> {
  if (!areSpansEnabled) return run();
  const { span, spanContext } = startSpan(describe());
  return context.with(spanContext, run).then(
    (result) => {
      span.end();
      return result;
    },
    (error: unknown) => {
      // The message of an error can contain data of customers.
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
      span.end();
      throw error;
    },
  );
}

/** Runs a function in a span as `inSpan` does, but without a span when the code does not run in a span. */
export function inChildSpan<T>(describe: () => SpanOptions, run: () => Promise<T>): Promise<T> {
  return areSpansEnabled && trace.getActiveSpan() ? inSpan(describe, run) : run();
}

/** A span that other code ends, for example when the answer of a request was sent. */
export interface OpenSpan {
  /** W3C `traceparent` of the span, for the calls that the span causes. */
  readonly traceparent: string;
  end(attributes: Attributes, isError: boolean): void;
}

/** Starts a span that ends with `end`. Returns undefined when no spans are recorded. */
export function openSpan(options: SpanOptions): OpenSpan | undefined {
  if (!areSpansEnabled) return undefined;
  const { span } = startSpan(options);
  return {
    traceparent: traceparentOf(span),
    end(attributes, isError) {
      span.setAttributes(attributes);
      if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

/** The `traceparent` of the span in which the code runs; undefined outside of spans. */
export function currentTraceparent(): string | undefined {
  const span = areSpansEnabled ? trace.getActiveSpan() : undefined;
  return span && traceparentOf(span);
}

function startSpan({ name, kind, parent, link, attributes = {} }: SpanOptions): { span: Span; spanContext: Context } {
  const parentContext = parent === undefined ? context.active() : contextOf(parent);
  const linkedContext = link === undefined ? undefined : trace.getSpanContext(contextOf(link));
  const links = linkedContext ? [{ context: linkedContext }] : [];
  const span = trace.getTracer('cordee').startSpan(name, { kind: SpanKind[kind], attributes, links }, parentContext);
  return { span, spanContext: trace.setSpan(parentContext, span) };
}

function contextOf(traceparent: string): Context {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent);
  if (!match) return ROOT_CONTEXT;
  const [, traceId, spanId, flags] = match;
  const traceFlags = Number.parseInt(flags!, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId: traceId!, spanId: spanId!, traceFlags, isRemote: true });
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
