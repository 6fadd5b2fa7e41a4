import type { RealtimeResponseOptions } from '../realtime';
import type { AgentChanges } from './agent-changes';
import type { BetweenResponses, BetweenWork } from './between-responses';
import type { Floor } from './floor';
import type { AskedHandoff, FunctionCalls, RoundOutcome } from './function-calls';
import type { LiveCall } from './live-call';
import type { LiveStages } from './live-stages';
import type { ModelLine } from './model-line';

export interface AnswerParts {
  readonly call: LiveCall;
  readonly line: ModelLine;
  readonly agents: AgentChanges;
  readonly floor: Floor;
  readonly stages: LiveStages;
  readonly between: BetweenResponses;
  readonly functions: FunctionCalls;
}

/** What the model is asked to say: a greeting, an answer to what functions gave, or whatever it finds right. */
export class LiveAnswers implements BetweenWork {
  constructor(private readonly parts: AnswerParts) {}

  /** An agent begins. Without words of its own it finds some. */
  greet(greeting: string): void {
    this.parts.between.want(spoken(greeting));
  }

  /** The functions that the model called have given what they give. */
  afterCalls({ handoff, isLast }: RoundOutcome): void {
    const { between } = this.parts;
    if (handoff) between.handOver(() => this.handOver(handoff));
    else between.want(isLast ? { toolChoice: 'none' } : {});
  }

  async refresh(): Promise<void> {
    const greeting = await this.parts.agents.refresh();
    if (greeting !== undefined) this.greet(greeting);
  }

  ask(options: RealtimeResponseOptions): void {
    this.parts.stages.responding();
    this.parts.line.createResponse(options);
  }

  failed(error: unknown): void {
    this.parts.call.failed(error);
  }

  /** Where the caller is speaking the new agent answers that, and greets nobody. */
  private async handOver(handoff: AskedHandoff): Promise<void> {
    const { agents, between, call, floor, functions } = this.parts;
    try {
      const greeting = await agents.handOver(handoff, functions);
      if (!floor.isCallerSpeaking) this.greet(greeting);
    } catch (error) {
      between.want();
      throw error;
    } finally {
      call.memo.persistBackground();
    }
  }
}

/** A greeting is said as it is written. */
function spoken(greeting: string): RealtimeResponseOptions {
  if (greeting === '') return {};
  const instructions = `Say exactly this to the caller, and nothing else: ${JSON.stringify(greeting)}`;
  return { instructions, toolChoice: 'none' };
}
