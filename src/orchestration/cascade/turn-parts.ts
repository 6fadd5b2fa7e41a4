import type { StageTimer } from '../../latency';
import type { MemoManager } from '../../memo';
import type { CallAgents } from '../call';
import type { ChatModel } from '../models';
import type { ToolRegistry } from '../tools';
import type { TurnEventBody } from './turn-event';
import type { TurnSpeech } from './turn-speech';

/** What a turn works with. */
export interface TurnParts {
  readonly memo: MemoManager;
  readonly agents: CallAgents;
  readonly model: ChatModel;
  readonly registry: ToolRegistry;
  readonly timer: StageTimer;
  readonly speech: TurnSpeech;
  /** Ends the turn at once. */
  readonly signal: AbortSignal;
  /** Aborted where the turn may write nothing more. */
  readonly lost: AbortSignal;
  readonly emit: (event: TurnEventBody) => void;
}
