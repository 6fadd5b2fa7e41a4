import { type LiveHandlers, type LivePlaybackMessage, type LiveSessionHandle } from '../client';
import { BargeIn } from './barge-in';
import type { CallClient } from './call-client';
import type { CallerInput } from './caller-input';
import type { Screen } from './screen';
import { Signal } from './signal';
import type { Speaker } from './speaker';
import { Stages } from './stages';
import { TurnLog } from './turn-log';

const INTERRUPT = /^\/interrupt(?: (\d{1,6}))?$/;
const DEFAULT_INTERRUPT = 20;
/** The queue is asked again so often while nothing new is heard of it. */
const ASK_MS = 100;
/** Longer than a sentence takes. */
const LEASE_SECONDS = 60;
/** Samples of a turn are written a moment after it. */
const SAMPLES_MS = 500;

/** A call: the caller's turns one after the other, and what is heard of the answers. */
export class Conversation {
  private readonly news = new Signal();
  private readonly stages = new Stages();
  private session!: LiveSessionHandle;
  private bargeIn: BargeIn | undefined;
  /** Interruptions up to this one are known here. */
  private epoch = 0;
  /** The next answer is interrupted after so many characters. */
  private limit: number | undefined;
  private inCharge: string | null = null;
  private isClosed = false;

  constructor(
    private readonly client: CallClient,
    private readonly input: CallerInput,
    private readonly screen: Screen,
    private readonly speaker: Speaker,
  ) {}

  /** What others do in the session. */
  readonly handlers: LiveHandlers = {
    onState: ({ epoch, activeAgent }) => {
      this.epoch = Math.max(this.epoch, epoch);
      this.inCharge = activeAgent;
    },
    onChange: (change) => {
      this.stages.follow(change);
      if (change.source === 'admin') this.screen.note('~ somebody has changed the agents of this call');
      this.news.give();
    },
    onInterrupted: ({ value, epoch = this.epoch + 1 }) => {
      if (!value || epoch <= this.epoch) return;
      this.epoch = epoch;
      this.bargeIn?.happen('others');
    },
    onAgentChanged: ({ agent }) => {
      // In a turn its own events tell of it; what changes of an agent is told with its name as well.
      if (!this.bargeIn && agent !== this.inCharge) this.screen.note(`~ ${agent ?? 'nobody'} is in charge now`);
      this.inCharge = agent;
    },
    onClosed: ({ reason }) => {
      this.isClosed = true;
      this.screen.note(`~ the session is closed (${reason})`);
      this.input.close();
    },
  };

  /** Until the caller has nothing more to say. @throws CallFailed, LiveError */
  async run(session: LiveSessionHandle): Promise<void> {
    this.session = session;
    for (;;) {
      const line = (await this.input.line())?.trim();
      if (line === undefined || this.isClosed) return;
      const interrupt = INTERRUPT.exec(line);
      if (interrupt) this.limit = Number(interrupt[1] ?? DEFAULT_INTERRUPT);
      else if (line !== '') await this.turn(line);
    }
  }

  private async turn(transcript: string): Promise<void> {
    if (!this.input.isEchoed) this.screen.caller(transcript);
    const bargeIn = new BargeIn();
    this.bargeIn = bargeIn;
    const log = new TurnLog(this.screen, this.news);
    const offKey = this.input.onKey(() => bargeIn.happen('caller'));
    try {
      const reading = log.read(this.client.turn(this.session.sessionId, transcript));
      await Promise.all([reading, this.hear(log, bargeIn)]);
      log.showRest();
      await this.tellStages(log.turnId);
    } finally {
      offKey();
      this.bargeIn = undefined;
      this.limit = undefined;
    }
  }

  /** Plays the queue until the turn is over and nothing of it is left. */
  private async hear(log: TurnLog, bargeIn: BargeIn): Promise<void> {
    let heard = 0;
    for (;;) {
      const { isOver } = log;
      if (bargeIn.signal.aborted) await this.tellBargeIn(bargeIn);
      const message = bargeIn.signal.aborted ? null : await this.session.playback.next(LEASE_SECONDS);
      if (message) {
        log.showUntil(partOf(message));
        heard += await this.play(message, bargeIn, heard);
      } else if (isOver) break;
      else await this.news.next(ASK_MS);
    }
    this.screen.endSpeech();
  }

  private async play(message: LivePlaybackMessage, bargeIn: BargeIn, before: number): Promise<number> {
    const { number, text, agent = 'agent' } = message;
    const limit = this.limit === undefined ? Infinity : this.limit - before;
    const heard = await this.speaker.speak(agent, text, bargeIn, limit);
    if (heard >= limit) bargeIn.happen('caller');
    if (bargeIn.signal.aborted) await this.tellBargeIn(bargeIn);
    // The flag goes first: that speech stops is known before how far it came.
    await this.session.playback.done(number, bargeIn.signal.aborted ? heard : undefined);
    return heard;
  }

  private async tellBargeIn(bargeIn: BargeIn): Promise<void> {
    if (bargeIn.isTold) return;
    bargeIn.isTold = true;
    this.screen.note(`× interrupted${bargeIn.cause === 'others' ? ' by somebody else' : ''}`);
    if (bargeIn.cause !== 'caller') return;
    const { epoch = 0 } = await this.session.apply([{ op: 'setInterrupted', value: true, cause: 'barge_in' }]);
    this.epoch = Math.max(this.epoch, epoch);
  }

  private async tellStages(turnId: string): Promise<void> {
    const deadline = performance.now() + SAMPLES_MS;
    while (!this.stages.has(turnId, 'turn_e2e') && performance.now() < deadline) await this.news.next(ASK_MS);
    const stages = this.stages.take(turnId);
    if (stages !== '') this.screen.note(`⏱ ${stages}`);
  }
}

function partOf({ meta }: LivePlaybackMessage): number {
  const part = meta?.['part'];
  return typeof part === 'number' ? part : 0;
}
