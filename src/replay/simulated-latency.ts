import { type Call, type CallTurn, toolCallsOf } from '../programs/call';
import { Random } from '../programs/random';

/**
 * The timing of a call. Recorded conversations have none: all of it is simulated from a seed, and every sample that is
 * written to a session says so.
 */
export interface TurnTiming {
  /** From the moment the turn before was written to the moment this one is, in seconds. */
  readonly waitSeconds: number;
  readonly samples: readonly StageSample[];
}

export interface StageSample {
  readonly stage: string;
  readonly seconds: number;
}

/** Medians in seconds, and how far the durations spread around them. */
const STAGES = {
  stt: [0.18, 0.3],
  endpointing: [0.45, 0.25],
  llm_ttft: [0.35, 0.35],
  aggregation: [0.12, 0.3],
  tts_ttfb: [0.14, 0.3],
  tool: [0.4, 0.5],
  handoff: [0.25, 0.3],
} as const;
/** From the first audio byte to the first audible sound. */
const LEADING_SILENCE = [0.04, 0.4] as const;
/** What no stage measures: network and playback. */
const TRANSPORT = [0.06, 0.4] as const;
const TOKEN = [0.012, 0.2] as const;
const REACTION = [0.5, 0.4] as const;
const SECONDS_A_WORD = [0.4, 0.1] as const;

/** The same for the same call and seed, whatever other calls there are. */
export function simulateTiming(call: Call, seed: number): readonly TurnTiming[] {
  const random = new Random(`${seed}:${call.callId}`);
  const simulation = new Simulation(random);
  return call.turns.map((turn, index) => simulation.turn(turn, call.turns[index - 1]));
}

class Simulation {
  private readonly secondsAWord: number;
  private endpointing = 0;

  constructor(private readonly random: Random) {
    this.secondsAWord = this.draw(SECONDS_A_WORD);
  }

  turn(turn: CallTurn, before: CallTurn | undefined): TurnTiming {
    const handoff = before && before.agent !== turn.agent ? [this.sample('handoff')] : [];
    const { waitSeconds, samples } =
      turn.role === 'user' ? this.userTurn(turn, before) : this.reply(turn, before, handoff);
    return { waitSeconds, samples: [...handoff, ...samples] };
  }

  /** Written when the caller has been understood. */
  private userTurn(turn: CallTurn, before: CallTurn | undefined): TurnTiming {
    const listening = before ? this.speech(before) + this.draw(REACTION) : 0;
    const stt = this.sample('stt');
    const endpointing = this.sample('endpointing');
    this.endpointing = endpointing.seconds;
    return { waitSeconds: listening + this.speech(turn) + stt.seconds, samples: [stt, endpointing] };
  }

  /** Written when the agent begins to be heard. */
  private reply(turn: CallTurn, before: CallTurn | undefined, handoff: readonly StageSample[]): TurnTiming {
    const tools = toolCallsOf(turn).map(() => this.sample('tool'));
    const ttft = this.sample('llm_ttft');
    const llm = sampleOf('llm', ttft.seconds + words(turn.text) * this.draw(TOKEN));
    const aggregation = this.sample('aggregation');
    const ttfb = this.sample('tts_ttfb');
    const ttfa = sampleOf('tts_ttfa', ttfb.seconds + this.draw(LEADING_SILENCE));
    const path = [...handoff, ...tools, ttft, aggregation, ttfa];
    const samples = [...tools, ttft, llm, aggregation, ttfb, ttfa];
    const waited = this.endpointing + path.reduce((sum, { seconds }) => sum + seconds, 0) + this.draw(TRANSPORT);
    // Only a caller who has stopped speaking waits for an agent.
    if (before?.role !== 'user') return { waitSeconds: waited - this.endpointing, samples };
    return { waitSeconds: waited, samples: [...samples, sampleOf('turn_e2e', waited)] };
  }

  private speech(turn: CallTurn): number {
    return words(turn.text) * this.secondsAWord;
  }

  private sample(stage: keyof typeof STAGES): StageSample {
    return sampleOf(stage, this.draw(STAGES[stage]));
  }

  private draw([median, spread]: readonly [number, number]): number {
    return this.random.duration(median, spread);
  }
}

function words(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

/** Whole microseconds: a sum of them can be told from any other, whichever way a store adds up. */
function sampleOf(stage: string, seconds: number): StageSample {
  return { stage, seconds: Math.round(seconds * 1e6) / 1e6 };
}
