import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/clock';
import { nowSeconds } from '../../common/clock';
import { describeError } from '../../common/logging/describe-error';
import { isParleyError, ParleyError } from '../../common/parley-error';
import type { MemoManager } from '../../memo';
import type { Agent } from '../../session-agents';
import type { CallAgents } from '../call';
import type { LiveEvent, LiveEventBody } from './live-event';
import type { Origin } from './live-history';
import type { LiveTurns } from './live-turns';

/** What all parts of one live call share: whose call it is, who is in charge, and who is told. */
export class LiveCall {
  private readonly logger = new Logger('Live');

  constructor(
    readonly memo: MemoManager,
    readonly calls: CallAgents,
    /** Who speaks. */
    public agent: Agent,
    readonly turns: LiveTurns,
    readonly clock: Clock,
    private readonly onEvent: (event: LiveEvent) => void,
  ) {}

  origin(): Origin {
    return { agent: this.agent.name, turnId: this.turns.current.id, at: nowSeconds(this.clock) };
  }

  emit(body: LiveEventBody): void {
    try {
      this.onEvent({ turnId: this.turns.current.id, ...body });
    } catch (error) {
      const { sessionId } = this.memo;
      this.logger.error({ msg: 'a listener failed', event: body.type, sessionId, err: describeError(error) });
    }
  }

  /** Something did not work out, and the call goes on. */
  failed(error: unknown): void {
    const { sessionId } = this.memo;
    this.logger.warn({ msg: 'a live call goes on without something', sessionId, err: describeError(error) });
    const { code, retryable } = parleyErrorOf(error);
    this.emit({ type: 'failed', agent: this.agent.name, code, retryable });
  }
}

export function parleyErrorOf(error: unknown): ParleyError {
  return isParleyError(error) ? error : new ParleyError('internal_error', 'A live call failed.', { cause: error });
}
