import { Logger } from '@nestjs/common';
import type { DiagLogger } from '@opentelemetry/api';
import type { Clock } from '../common/clock';

/** A collector can be away for days, with an export every few seconds: one line a minute says it as well. */
const SILENCE_MS = 60_000;

/**
 * What the SDK says of itself, in our log: at most one line a minute, with the number of those left out. Its texts quote
 * answers of collectors and values of variables such as OTEL_EXPORTER_OTLP_HEADERS, so of them only name and code
 * remain.
 */
export class QuietDiagnostics implements DiagLogger {
  private readonly logger = new Logger('Telemetry');
  private silentUntilMs = -Infinity;
  private leftOut = 0;

  constructor(private readonly clock: Clock) {}

  error(text: string): void {
    this.report(text);
  }

  warn(text: string): void {
    this.report(text);
  }

  info(): void {
    // Nothing that an operator has to know.
  }

  debug(): void {
    // The same.
  }

  verbose(): void {
    // The same.
  }

  /** An error that reached us instead of the SDK's own handler. */
  failed(error: unknown): void {
    const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
    this.report(JSON.stringify({ name, code }));
  }

  private report(text: string): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.silentUntilMs) {
      this.leftOut += 1;
      return;
    }
    this.logger.warn({
      msg: 'telemetry has a problem, often a collector that is away; OTEL_LOG_LEVEL=error shows its own words',
      ...factsIn(text),
      leftOut: this.leftOut,
    });
    this.silentUntilMs = nowMs + SILENCE_MS;
    this.leftOut = 0;
  }
}

/** The SDK's error handler writes an error's members as JSON; other texts are sentences, and tell nothing here. */
function factsIn(text: string): { readonly name?: string; readonly code?: string } {
  try {
    const { name, code } = JSON.parse(text) as { name?: unknown; code?: unknown };
    return { ...(typeof name === 'string' && { name }), ...(typeof code === 'string' && { code }) };
  } catch {
    return {};
  }
}
