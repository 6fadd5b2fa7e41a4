import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import { describeError } from './describe-error';

/** What the framework tells of its own start: a line a module and a route, which nobody needs at level info. */
const START_UP_CONTEXTS = ['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'];

/**
 * Nest's logger on pino: one JSON object a line. A message is a sentence, or an object with `msg` and facts about it
 * (ids, codes, counts). Texts, values and profiles are never facts.
 */
export class StructuredLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(START_UP_CONTEXTS.includes(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    if (!this.pino.isLevelEnabled(level)) return;
    // Nest gives the context as the last string; before it, for errors, a stack.
    const context = rest.findLast((item) => typeof item === 'string');
    if (message instanceof Error) this.pino[level]({ context, err: describeError(message) });
    else if (typeof message === 'object' && message !== null) this.pino[level]({ context, ...message });
    else this.pino[level]({ context }, String(message));
  }
}

export function createLogger(level: string): StructuredLogger {
  // Errors come described (describe-error.ts): pino's own description would quote them.
  const serializers = { err: (description: unknown) => description };
  return new StructuredLogger(pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers }));
}
