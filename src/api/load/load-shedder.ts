import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { ParleyError } from '../../common/parley-error';
import { PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';
import { EventLoopDelay } from './event-loop-delay';

/** How often the delay of the event loop is looked at. */
const WINDOW_MS = 250;

export type Channel = 'http' | 'live';

/**
 * Refuses work while there is too much of it, before it costs anything: what was let in is answered in time, and callers
 * go to another instance. One long task is no overload: the event loop must have been late in two windows in a row.
 */
@Injectable()
export class LoadShedder implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Load');
  private readonly delay = new EventLoopDelay();
  private readonly shed: Counter;
  private readonly limits: ParleyConfig['load'];
  private timer: NodeJS.Timeout | undefined;
  private inFlight = 0;
  private delayMs = 0;
  private lateWindows = 0;
  /** Since the last window. */
  private refused = 0;
  private isShedding = false;

  constructor(@Inject(PARLEY_CONFIG) { load }: Pick<ParleyConfig, 'load'>, @Inject(Registry) registry: Registry) {
    this.limits = load;
    const registers = [registry];
    this.shed = new Counter({
      name: 'parley_shed_total',
      help: 'Requests and frames refused because there was too much to do, by channel and reason.',
      labelNames: ['channel', 'reason'],
      registers,
    });
    const figures = { inFlight: () => this.inFlight, seconds: () => this.delayMs / 1000 };
    new Gauge({
      name: 'parley_in_flight',
      help: 'Requests and frames that are under way.',
      registers,
      collect() {
        this.set(figures.inFlight());
      },
    });
    new Gauge({
      name: 'parley_event_loop_delay_seconds',
      help: 'How long what was due waited for the event loop, on average of the last quarter of a second.',
      registers,
      collect() {
        this.set(figures.seconds());
      },
    });
  }

  onApplicationBootstrap(): void {
    this.delay.start();
    this.timer = setInterval(() => this.look(), WINDOW_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.delay.stop();
  }

  /** @throws ParleyError `overloaded` */
  refuseOverload(channel: Channel): void {
    if (this.inFlight >= this.limits.maxInFlight) {
      throw this.refusal(channel, 'in_flight', `More than ${this.limits.maxInFlight} requests are under way.`);
    }
    if (this.lateWindows > 1) throw this.refusal(channel, 'event_loop', 'The process has too much to do.');
  }

  /** Something is under way from now on, until {@link end}. */
  begin(): void {
    this.inFlight += 1;
  }

  end(): void {
    this.inFlight -= 1;
  }

  private refusal(channel: Channel, reason: 'in_flight' | 'event_loop', message: string): ParleyError {
    this.shed.inc({ channel, reason });
    this.refused += 1;
    return new ParleyError('overloaded', message);
  }

  private look(): void {
    this.delayMs = this.delay.takeMs();
    const { maxEventLoopDelayMs } = this.limits;
    const isLate = maxEventLoopDelayMs > 0 && this.delayMs > maxEventLoopDelayMs;
    this.lateWindows = isLate ? this.lateWindows + 1 : 0;
    this.report();
  }

  /** Once when it begins and once when it is over: a line for each request would be more load. */
  private report(): void {
    const { refused, inFlight } = this;
    this.refused = 0;
    if (refused > 0 === this.isShedding) return;
    this.isShedding = refused > 0;
    const eventLoopDelayMs = Math.round(this.delayMs);
    if (this.isShedding) this.logger.warn({ msg: 'requests are refused: overload', inFlight, eventLoopDelayMs });
    else this.logger.log({ msg: 'requests are no longer refused', inFlight, eventLoopDelayMs });
  }
}
