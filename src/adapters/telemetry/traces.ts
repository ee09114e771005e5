import type { Attributes, Context, SpanKind as Kind, Span } from '@opentelemetry/api'
import type { IdGenerator } from '@opentelemetry/sdk-trace'
import type { SpanContext } from './correlation-context.ts'

export interface OpenSpan {
  readonly spanContext: SpanContext
  /** @param error short error name; null on success. */
  end(attributes: Attributes, error: string | null): void
}

export interface SpanStart {
  readonly name: string
  readonly kind: 'server' | 'internal' | 'client'
  /** Null for a root span. */
  readonly parent: SpanContext | null
  readonly correlationId: string | null
  readonly attributes: Attributes
}

export interface Traces {
  begin(span: SpanStart): OpenSpan
  close(): Promise<void>
}

const randomHex = (bytes: number): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')

/**
 * The correlation id's digits are the trace id, so later work joins the trace.
 * @returns null when the id isn't a UUID.
 */
export function spanContextFor(correlationId: string | null): SpanContext | null {
  const digits = correlationId?.replaceAll('-', '') ?? ''
  return /^[0-9a-f]{32}$/.test(digits) ? { traceId: digits, spanId: digits.slice(16), traceFlags: 1 } : null
}

class PresetIdGenerator implements IdGenerator {
  next: SpanContext | null = null

  generateTraceId(): string {
    return this.next?.traceId ?? randomHex(16)
  }

  generateSpanId(): string {
    return this.next?.spanId ?? randomHex(8)
  }
}

/** Imports OpenTelemetry on demand: it takes 25 MB. Adds no headers to outgoing requests. */
export async function openTraces(
  endpoint: URL,
  { process, onError }: { readonly process: string; readonly onError: (error: unknown) => void },
): Promise<Traces> {
  const [api, { BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ])
  const url = `${endpoint.href.replace(/\/$/, '')}/v1/traces`
  const ids = new PresetIdGenerator()
  const provider = new TracerProvider({
    idGenerator: ids,
    resource: resourceFromAttributes({ 'service.name': '1smart-ads', 'service.instance.role': process }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url, timeoutMillis: 5000 }) }),
    ],
  })
  const tracer = provider.getTracer('1smart-ads')
  const kinds: Readonly<Record<SpanStart['kind'], Kind>> = {
    server: api.SpanKind.SERVER,
    internal: api.SpanKind.INTERNAL,
    client: api.SpanKind.CLIENT,
  }
  const contextOf = (parent: SpanContext | null): Context =>
    parent ? api.trace.setSpanContext(api.ROOT_CONTEXT, { ...parent, isRemote: true }) : api.ROOT_CONTEXT

  return {
    begin({ name, kind, parent, correlationId, attributes }) {
      ids.next = parent ? null : spanContextFor(correlationId)
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, contextOf(parent))
      ids.next = null
      return {
        spanContext: span.spanContext(),
        end: (endAttributes, error) => endSpan(span, endAttributes, error),
      }
    },
    close: () => provider.shutdown().catch(onError),
  }

  function endSpan(span: Span, attributes: Attributes, error: string | null): void {
    span.setAttributes(attributes)
    if (error) span.setStatus({ code: api.SpanStatusCode.ERROR, message: error })
    span.end()
  }
}
