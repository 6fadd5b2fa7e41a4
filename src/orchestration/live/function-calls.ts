import type { Agent } from '../../session-agents';
import type { RealtimeEvent } from '../realtime';
import { toolFailure, type ToolResult } from '../tools';
import { functionResult } from './function-result';
import type { LiveCall } from './live-call';
import { parleyErrorOf } from './live-call';
import type { LiveHistory, Origin } from './live-history';
import type { ModelLine } from './model-line';

/** Handoffs in one turn of the caller: agents that hand a caller to and fro have to answer. */
export const MAX_HANDOFFS = 3;
/** Rounds of calls in one turn of the caller: then the model has to say something. */
export const MAX_TOOL_ROUNDS = 8;

const NOT_OFFERED = toolFailure('unknown_tool', 'You have no such tool. Use one of those you were given.');

export type FunctionCall = Extract<RealtimeEvent, { type: 'functionCall' }>;

/** A call as it was made: by whom, in which turn, over which connection. */
export interface MadeCall {
  readonly call: FunctionCall;
  readonly origin: Origin;
  readonly generation: number;
}

/** A handoff that was asked for. */
export interface AskedHandoff {
  readonly made: MadeCall;
  readonly to: Agent;
}

/** The calls of one response. */
interface Round {
  readonly results: Promise<() => void>[];
  handoff: AskedHandoff | undefined;
  isRefused: boolean;
}

export interface RoundOutcome {
  readonly handoff: AskedHandoff | undefined;
  /** The model has called enough in this turn, and has to speak. */
  readonly isLast: boolean;
}

/** Carries out what the model calls. Tools begin at once; the model is told when its response is over. */
export class FunctionCalls {
  private readonly rounds = new Map<string, Round>();
  private readonly ending = new AbortController();
  private unanswered = 0;
  private onIdle: () => void = () => undefined;

  constructor(
    private readonly live: LiveCall,
    private readonly line: ModelLine,
    private readonly history: LiveHistory,
    /** All calls of a response have their results, and the model has been told of them. */
    private readonly onAnswered: (outcome: RoundOutcome) => void,
  ) {}

  begin(call: FunctionCall): void {
    const round = this.rounds.get(call.responseId) ?? { results: [], handoff: undefined, isRefused: false };
    this.rounds.set(call.responseId, round);
    const made = { call, origin: this.live.origin(), generation: this.line.generation };
    const { memo, calls, agent } = this.live;
    const isHandoff = calls.isHandoff(memo, call.name);
    // A model can name what nobody has offered it.
    if (!agent.tools.includes(call.name)) round.results.push(Promise.resolve(() => this.deliver(made, NOT_OFFERED)));
    else round.results.push(isHandoff ? this.askForHandoff(made, round) : this.run(made));
  }

  /** Its response is over. */
  responseDone(responseId: string): void {
    const round = this.rounds.get(responseId);
    if (!round) return;
    this.rounds.delete(responseId);
    this.finish(round).catch((error: unknown) => this.live.failed(error));
  }

  /** Responses whose end nobody will tell any more: their calls are answered all the same. */
  responsesLost(): void {
    for (const responseId of [...this.rounds.keys()]) this.responseDone(responseId);
  }

  /** Resolves when all that was called has its result, or the time is up. */
  settled(withinMs: number): Promise<void> {
    this.responsesLost();
    if (!this.isBusy) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Whether the model is yet to be told of results. */
  get isBusy(): boolean {
    return this.rounds.size > 0 || this.unanswered > 0;
  }

  /** The call is over: nobody waits for what tools do. */
  abort(): void {
    this.ending.abort();
  }

  /** Tells the model, and the history, of a result. A connection that does not know the call is told of both. */
  answer({ call, origin, generation }: MadeCall, output: string): void {
    const { callId, name, arguments: args } = call;
    this.history.called(origin, { id: callId, name, arguments: args }, output);
    if (!this.line.isConnected) return;
    if (generation !== this.line.generation) this.line.addItem({ type: 'functionCall', callId, name, arguments: args });
    this.line.addItem({ type: 'functionResult', callId, output });
  }

  private async finish(round: Round): Promise<void> {
    const turn = this.live.turns.current;
    turn.toolRounds += 1;
    this.unanswered += 1;
    const deliveries = await Promise.all(round.results);
    this.unanswered -= 1;
    if (this.ending.signal.aborted) return;
    for (const deliver of deliveries) deliver();
    this.onAnswered({ handoff: round.handoff, isLast: round.isRefused || turn.toolRounds >= MAX_TOOL_ROUNDS });
    if (!this.isBusy) this.onIdle();
  }

  private async run(made: MadeCall): Promise<() => void> {
    const { callId, name: tool, arguments: args } = made.call;
    const { memo, calls, turns } = this.live;
    this.live.emit({ type: 'toolStarted', callId, tool });
    const { signal } = this.ending;
    const result = await turns.current.time('tool', () => calls.registry.run(tool, args, { session: memo, signal }));
    if (!signal.aborted) this.live.emit({ type: 'toolEnded', callId, tool, ok: result.ok });
    return () => this.deliver(made, result);
  }

  private deliver(made: MadeCall, result: ToolResult): void {
    if (result.ok) this.live.memo.persistToolOutput(made.call.name, result.output);
    this.answer(made, functionResult(result));
  }

  /** The result of a handoff is told by the agent that takes over. */
  private async askForHandoff(made: MadeCall, round: Round): Promise<() => void> {
    const { memo, calls, turns, agent } = this.live;
    const { name: tool, arguments: args } = made.call;
    const refuse = (message: string) => {
      round.isRefused = true;
      return () => this.answer(made, JSON.stringify({ ok: false, message }));
    };
    if (round.handoff) return refuse('The call is being handed over already.');
    if (turns.current.handoffs >= MAX_HANDOFFS) return refuse('The caller has been handed over often enough: answer.');
    try {
      const to = calls.askForHandoff(memo, tool, args);
      memo.persistBackground();
      turns.current.handoffs += 1;
      turns.current.begin('handoff');
      round.handoff = { made, to };
      this.live.emit({ type: 'handoff', tool, from: agent.name, to: to.name });
      return () => undefined;
    } catch (error) {
      return refuse(parleyErrorOf(error).message);
    }
  }
}
