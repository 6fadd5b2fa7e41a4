import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../../common/clock';
import { SESSION_STORE, type SessionStore } from '../../store/session-store';
import { OwnStages } from '../../store/own-stages';
import { LatencyBudgets } from '../../latency';
import type { Change } from '../../store/session-store';
import { type Signal, signalsOf } from '../frames/change-view';
import { LiveMetrics } from '../live-metrics';
import { type ChannelServices, SessionChannel } from './session-channel';
import type { Subscriber } from './subscriber';

/** How long a session is followed after its last subscriber: long enough to come back from a lost connection. */
export const LINGER_MS = 60_000;

/** The sessions that this process tells sockets of: one channel each, however many sockets are attached. */
@Injectable()
export class LiveHub {
  private readonly channels = new Map<string, SessionChannel>();
  private readonly lingering = new Map<SessionChannel, NodeJS.Timeout>();

  private readonly services: ChannelServices;

  constructor(
    @Inject(SESSION_STORE) store: SessionStore,
    @Inject(CLOCK) clock: Clock,
    own: OwnStages,
    metrics: LiveMetrics,
    budgets: LatencyBudgets,
  ) {
    this.services = {
      store,
      clock,
      own,
      metrics,
      signals: (change) => [...signalsOf(change), ...overBudget(change, budgets)],
    };
  }

  get sessions(): number {
    return this.channels.size;
  }

  /**
   * Tells the subscriber of the session as it is, or of what came after `fromRevision`, and of every change from then on.
   * @returns what ends it
   * @throws as {@link SessionStore.load}
   */
  attach(sessionId: string, subscriber: Subscriber, fromRevision?: number): Promise<() => void> {
    let channel = this.channels.get(sessionId);
    if (!channel) this.channels.set(sessionId, (channel = this.open(sessionId)));
    this.keep(channel);
    return channel.attach(subscriber, fromRevision);
  }

  private open(sessionId: string): SessionChannel {
    const closed = (channel: SessionChannel) => {
      this.keep(channel);
      if (this.channels.get(sessionId) === channel) this.channels.delete(sessionId);
    };
    return new SessionChannel(sessionId, this.services, (channel) => this.linger(channel), closed);
  }

  private linger(channel: SessionChannel): void {
    // One that could not be read has nothing that anybody could come back for.
    if (!channel.isWorthKeeping) return void channel.stop();
    this.keep(channel);
    const timer = setTimeout(() => void channel.stop(), LINGER_MS).unref();
    this.lingering.set(channel, timer);
  }

  private keep(channel: SessionChannel): void {
    clearTimeout(this.lingering.get(channel));
    this.lingering.delete(channel);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.channels.values()].map((channel) => channel.stop()));
  }
}

function overBudget(change: Change, budgets: LatencyBudgets): readonly Signal[] {
  return budgets.breaches(change).map((breach) => ({ type: 'overBudget', ...breach }));
}
