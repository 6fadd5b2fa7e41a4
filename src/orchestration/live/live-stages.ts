import type { LiveTurn, LiveTurns } from './live-turns';

/** Utterances whose transcript may still come. */
const MOST_UTTERANCES = 16;

/** Measures a live call by what the model tells, each stage in the turn that it belongs to. */
export class LiveStages {
  private readonly utterances = new Map<string, LiveTurn>();
  private hasAudio = false;

  constructor(private readonly turns: LiveTurns) {}

  connecting(): void {
    this.turns.current.begin('greeting');
  }

  /** Nobody is greeted. */
  noGreeting(): void {
    this.turns.current.giveUp('greeting');
  }

  callerStopped(itemId: string): void {
    const turn = this.turns.current;
    turn.begin('stt');
    turn.begin('turn_e2e');
    this.utterances.set(itemId, turn);
    for (const oldest of this.utterances.keys()) {
      if (this.utterances.size <= MOST_UTTERANCES) return;
      this.utterances.delete(oldest);
    }
  }

  callerTyped(): void {
    this.turns.current.begin('turn_e2e');
  }

  transcribed(itemId: string): void {
    this.utterances.get(itemId)?.end('stt');
    this.utterances.delete(itemId);
  }

  notTranscribed(itemId: string): void {
    this.utterances.get(itemId)?.giveUp('stt');
    this.utterances.delete(itemId);
  }

  /** Asked for here, or begun by the model. */
  responding(): void {
    this.turns.current.begin('llm_ttft');
    this.turns.current.begin('llm');
    this.hasAudio = false;
  }

  text(): void {
    this.turns.current.end('llm_ttft');
    if (!this.hasAudio) this.turns.current.begin('tts_ttfa');
  }

  called(): void {
    this.turns.current.end('llm_ttft');
  }

  audio(): void {
    const turn = this.turns.current;
    this.hasAudio = true;
    for (const stage of ['llm_ttft', 'tts_ttfa', 'turn_e2e', 'greeting']) turn.end(stage);
  }

  responseDone(isWhole: boolean): void {
    const turn = this.turns.current;
    if (isWhole) turn.end('llm');
    for (const stage of ['llm', 'llm_ttft', 'tts_ttfa']) turn.giveUp(stage);
  }
}
