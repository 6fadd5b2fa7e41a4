/** How long an answer that the model gives by itself may take to begin; after that it gives none. */
const ANSWER_BEGINS_WITHIN_MS = 1_500;
/** After a refusal because of a response that nobody here knows of. */
const ASK_AGAIN_AFTER_MS = 250;

/** Who speaks, and who is about to: a session is changed, and a response asked for, only in between. */
export class Floor {
  private readonly responses = new Set<string>();
  private readonly speakers = new Set<string>();
  private isAsked = false;
  private awaited: NodeJS.Timeout | undefined;

  /** @param onFreer called when somebody has left it */
  constructor(private readonly onFreer: () => void) {}

  /** No response is under way, asked for or about to come. */
  get isIdle(): boolean {
    return this.responses.size === 0 && !this.isAsked && this.awaited === undefined;
  }

  /** And the caller is silent. */
  get isFree(): boolean {
    return this.isIdle && this.speakers.size === 0;
  }

  get isCallerSpeaking(): boolean {
    return this.speakers.size > 0;
  }

  get hasResponse(): boolean {
    return this.responses.size > 0;
  }

  callerBegan(itemId: string): void {
    this.speakers.add(itemId);
    this.await(undefined);
  }

  callerStopped(itemId: string, isAnswered: boolean): void {
    this.speakers.delete(itemId);
    if (isAnswered) this.await(ANSWER_BEGINS_WITHIN_MS);
    this.onFreer();
  }

  /** Who is written down has stopped, whether or not that was told. */
  transcribed(itemId: string): void {
    if (this.speakers.delete(itemId)) this.onFreer();
  }

  asked(): void {
    this.isAsked = true;
  }

  /** What was asked for will not come. */
  takenBack(): void {
    this.isAsked = false;
  }

  refused(): void {
    this.isAsked = false;
    this.await(ASK_AGAIN_AFTER_MS);
  }

  began(responseId: string): void {
    this.isAsked = false;
    this.await(undefined);
    this.responses.add(responseId);
  }

  ended(responseId: string): void {
    this.responses.delete(responseId);
    this.onFreer();
  }

  /** Another connection: nobody speaks. */
  clear(): void {
    this.isAsked = false;
    this.responses.clear();
    this.speakers.clear();
    this.await(undefined);
  }

  private await(withinMs: number | undefined): void {
    clearTimeout(this.awaited);
    this.awaited = withinMs === undefined ? undefined : setTimeout(() => this.given(), withinMs).unref();
  }

  private given(): void {
    this.awaited = undefined;
    this.onFreer();
  }
}
