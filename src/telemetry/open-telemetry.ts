import { context, diag, metrics, propagation, trace } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { core, metrics as sdkMetrics, NodeSDK, resources } from '@opentelemetry/sdk-node';
import type { Clock } from '../common/clock';
import type { SessionStore } from '../store/session-store';
import { type HttpServer, RequestTracing } from './api/request-tracing';
import { QuietDiagnostics } from './quiet-diagnostics';
import { StoreCalls } from './store-calls';
import type { Telemetry } from './telemetry';
import { TracedSessionStore } from './traced-session-store';

export interface OpenTelemetryOptions {
  /** Base of the two addresses, as the variable has it. */
  readonly endpoint: string;
  readonly serviceName: string;
  /** `db.system.name` of the store's spans. */
  readonly storeSystem: string;
}

const SCOPE = 'parley';
/** What a collector that is away may cost at the end: within the time that serve.ts leaves for closing. */
const SHUTDOWN_MS = 2000;
const EXPORT_INTERVAL_MS = 60_000;
const EXPORT_TIMEOUT_MS = 30_000;

/** The OpenTelemetry SDK, one a process. What isn't set here the SDK takes from the standard variables (`OTEL_*`). */
export class OpenTelemetry implements Telemetry {
  private constructor(
    private readonly sdk: NodeSDK,
    private readonly diagnostics: QuietDiagnostics,
    private readonly options: OpenTelemetryOptions,
    private readonly clock: Clock,
  ) {}

  static start(options: OpenTelemetryOptions, clock: Clock): OpenTelemetry {
    const diagnostics = new QuietDiagnostics(clock);
    // Who sets OTEL_LOG_LEVEL wants all that the SDK says, in its own words: it prints them itself then.
    if (core.getStringFromEnv('OTEL_LOG_LEVEL') === undefined) diag.setLogger(diagnostics);
    const { envDetector, hostDetector, serviceInstanceIdDetector } = resources;
    const sdk = new NodeSDK({
      serviceName: options.serviceName,
      // Without the process's: a command line can hold what is nobody's business. The environment has the last word.
      resourceDetectors: [hostDetector, serviceInstanceIdDetector, envDetector],
      ...(isWanted('TRACES')
        ? { traceExporter: new OTLPTraceExporter(target('traces', options)) }
        : { spanProcessors: [] }),
      metricReaders: isWanted('METRICS') ? [metricReader(options)] : [],
      logRecordProcessors: [],
    });
    sdk.start();
    return new OpenTelemetry(sdk, diagnostics, options, clock);
  }

  traceRequests(server: HttpServer): void {
    new RequestTracing(trace.getTracer(SCOPE), metrics.getMeter(SCOPE)).watch(server);
  }

  traceStore(store: SessionStore): SessionStore {
    const { storeSystem } = this.options;
    const calls = new StoreCalls(trace.getTracer(SCOPE), metrics.getMeter(SCOPE), storeSystem, this.clock);
    return new TracedSessionStore(store, calls);
  }

  async shutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, SHUTDOWN_MS)));
    const flushed = this.sdk.shutdown().catch((error: unknown) => this.diagnostics.failed(error));
    await Promise.race([flushed, late]);
    clearTimeout(timer);
    // The process may go on: an application that contains Parley, or the next test.
    for (const global of [trace, metrics, context, propagation, diag]) global.disable();
  }
}

/** `none` is how a backend that takes only traces, or only metrics, is told by the standard variables. */
function isWanted(signal: 'TRACES' | 'METRICS'): boolean {
  return !core.getStringListFromEnv(`OTEL_${signal}_EXPORTER`)?.includes('none');
}

/** An address of one signal's own, where the environment has one, is read by the exporter and stands above the base. */
function target(signal: 'traces' | 'metrics', { endpoint }: OpenTelemetryOptions): { url?: string } {
  if (core.getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`) !== undefined) return {};
  return { url: `${endpoint.replace(/\/+$/, '')}/v1/${signal}` };
}

/** As the SDK makes one from the environment, which it would send to another address than ours. */
function metricReader(options: OpenTelemetryOptions): sdkMetrics.PeriodicExportingMetricReader {
  const exportIntervalMillis = positive('OTEL_METRIC_EXPORT_INTERVAL') ?? EXPORT_INTERVAL_MS;
  const timeoutMs = positive('OTEL_METRIC_EXPORT_TIMEOUT') ?? EXPORT_TIMEOUT_MS;
  return new sdkMetrics.PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(target('metrics', options)),
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(timeoutMs, exportIntervalMillis),
  });
}

function positive(variable: string): number | undefined {
  const value = core.getNumberFromEnv(variable);
  return value !== undefined && value > 0 ? value : undefined;
}
