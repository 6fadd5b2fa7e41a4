import type { Clock } from '../../common/clock';
import type { StageTimers } from '../../latency';
import type { MemoManager, MemoService } from '../../memo';
import type { CallAgents } from '../call';
import { PlaybackClock, type RealtimeEvent, type RealtimeModel } from '../realtime';
import { AgentChanges } from './agent-changes';
import { BetweenResponses } from './between-responses';
import { Floor } from './floor';
import { FunctionCalls } from './function-calls';
import { LiveAnswers } from './live-answers';
import { LiveBargeIn } from './live-barge-in';
import { LiveCall } from './live-call';
import type { LiveEvent } from './live-event';
import { LiveHistory } from './live-history';
import { LiveStages } from './live-stages';
import { LiveTurns } from './live-turns';
import { ModelLine } from './model-line';
import { SpokenReplies } from './spoken-replies';

/** What a live call needs of the process it runs in. */
export interface LiveEnvironment {
  readonly memos: MemoService;
  readonly calls: CallAgents;
  readonly model: RealtimeModel;
  readonly timers: StageTimers;
  readonly clock: Clock;
}

/** Whose call it is, and who hears of it. */
export interface LiveWiring {
  readonly memo: MemoManager;
  /** A name that no other conversation of the session has. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onModelEvent: (event: RealtimeEvent) => void;
}

/** The parts of one live call, each with one subject. */
export interface LiveParts {
  readonly call: LiveCall;
  readonly line: ModelLine;
  readonly agents: AgentChanges;
  readonly floor: Floor;
  readonly playback: PlaybackClock;
  readonly replies: SpokenReplies;
  readonly history: LiveHistory;
  readonly bargeIn: LiveBargeIn;
  readonly functions: FunctionCalls;
  readonly between: BetweenResponses;
  readonly answers: LiveAnswers;
  readonly stages: LiveStages;
}

export function liveParts(
  { calls, clock, model, timers }: LiveEnvironment,
  { memo, name, signal, onEvent, onModelEvent }: LiveWiring,
): LiveParts {
  const turns = new LiveTurns(name, timers.of(memo));
  const stages = new LiveStages(turns);
  const call = new LiveCall(memo, calls, calls.takeCharge(memo), turns, clock, onEvent);
  const line = new ModelLine(model, clock, signal, onModelEvent);
  const agents = new AgentChanges(call, line);
  const playback = new PlaybackClock(clock);
  const replies = new SpokenReplies(playback, () => call.origin());
  const history = new LiveHistory(memo, () => call.origin());
  const floor = new Floor(() => between.look());
  const between: BetweenResponses = new BetweenResponses(floor, {
    refresh: () => answers.refresh(),
    ask: (options) => answers.ask(options),
    failed: (error) => answers.failed(error),
  });
  const bargeIn = new LiveBargeIn(call, { line, floor, replies, history, between });
  const functions: FunctionCalls = new FunctionCalls(call, line, history, (outcome) => answers.afterCalls(outcome));
  const answers = new LiveAnswers({ call, line, agents, floor, stages, between, functions });
  return { call, line, agents, floor, playback, replies, history, bargeIn, functions, between, answers, stages };
}
