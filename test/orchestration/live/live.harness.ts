import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../../src/app.module';
import { CLOCK } from '../../../src/common/clock';
import type { JsonObject } from '../../../src/common/json';
import { MemoService } from '../../../src/memo';
import { type LiveConversation, type LiveEvent, LiveOrchestrator } from '../../../src/orchestration/live';
import { Tool, type ToolContext } from '../../../src/orchestration/tools';
import type { Op } from '../../../src/store/ops';
import { threadMessages } from '../../../src/store/session-state';
import { SESSION_STORE, type SessionStore } from '../../../src/store/session-store';
import { STORE_WRAPPER } from '../../../src/store/store.module';
import { HeldStore } from '../../support/held-store';
import { ManualClock } from '../../support/manual-clock';
import { RealtimeServer, type RealtimeScript } from '../../support/realtime/realtime-server';
import { storeData } from '../../support/store-data';
import { until } from '../../support/until';

const NO_ARGUMENTS = { type: 'object', properties: {} };

/** What tools were asked, and how to let go what waits. */
@Injectable()
export class TestTools {
  readonly signals: AbortSignal[] = [];
  private release: () => void = () => undefined;
  private held: Promise<void> | undefined;

  hold(): void {
    this.held = new Promise((resolve) => (this.release = resolve));
  }

  letGo(): void {
    this.release();
    this.held = undefined;
  }

  @Tool({ name: 'get_balance', description: 'The balance.', parameters: NO_ARGUMENTS })
  async getBalance(_args: JsonObject, { signal }: ToolContext): Promise<JsonObject> {
    this.signals.push(signal);
    await this.held;
    return { balance: 10 };
  }

  @Tool({ name: 'never_answers', description: 'Takes too long.', parameters: NO_ARGUMENTS, timeoutMs: 50 })
  neverAnswers(): Promise<void> {
    return new Promise(() => undefined);
  }

  @Tool({ name: 'always_fails', description: 'Fails.', parameters: NO_ARGUMENTS })
  alwaysFails(): void {
    throw new Error('with the secret words of a caller');
  }
}

export interface HostOptions {
  readonly script?: RealtimeScript;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A process that leads calls, with a realtime model of its own and a clock by hand. */
export class LiveHost {
  readonly clock = new ManualClock();
  readonly agentsFolder = join(__dirname, 'agents');
  readonly logged: { readonly level: string; readonly msg: string }[] = [];

  private held: HeldStore | undefined;
  private started: INestApplicationContext | undefined;
  private sessions = 0;

  private constructor(
    readonly server: RealtimeServer,
    private readonly removeData: () => Promise<void>,
  ) {}

  static async start({ script = {}, variables = {} }: HostOptions = {}): Promise<LiveHost> {
    const server = await RealtimeServer.start({ apiKey: 'the-key', ...script });
    const { settings, remove } = storeData('embedded');
    const host = new LiveHost(server, remove);
    host.started = await host.application({ ...settings, ...variables });
    return host;
  }

  get app(): INestApplicationContext {
    if (!this.started) throw new Error('The process has not started.');
    return this.started;
  }

  get orchestrator(): LiveOrchestrator {
    return this.app.get(LiveOrchestrator);
  }

  get memos(): MemoService {
    return this.app.get(MemoService);
  }

  /** Where writes can be held back. */
  get gates(): HeldStore {
    if (!this.held) throw new Error('The store is not open.');
    return this.held;
  }

  get store(): SessionStore {
    return this.app.get(SESSION_STORE);
  }

  get tools(): TestTools {
    return this.app.get(TestTools);
  }

  /** A session that is not being called yet; its id. */
  async session(...ops: Op[]): Promise<string> {
    const sessionId = `call-${(this.sessions += 1)}-${process.pid}`;
    await this.store.create(sessionId, 7200, { id: 'open', ops });
    return sessionId;
  }

  async call(sessionId?: string): Promise<TestCall> {
    const id = sessionId ?? (await this.session());
    const call = new TestCall(this, id);
    await call.start();
    return call;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.server.close();
    await this.removeData();
  }

  private async application(variables: Record<string, string>): Promise<INestApplicationContext> {
    const all = {
      SESSION_AGENT_OVERRIDES_ENABLED: 'true',
      AGENTS_DIR: this.agentsFolder,
      REALTIME_PROVIDER: 'openai',
      REALTIME_URL: this.server.url,
      REALTIME_API_KEY: 'the-key',
      ...variables,
    };
    @Module({ imports: [AppModule.register(all)], providers: [TestTools] })
    class HostModule {}
    const builder = Test.createTestingModule({ imports: [HostModule] });
    const log = (level: string) => (line: { msg: string }) => void this.logged.push({ level, ...line });
    builder.setLogger({ log: () => undefined, warn: log('warn'), error: log('error') });
    builder.overrideProvider(CLOCK).useValue(this.clock);
    builder.overrideProvider(STORE_WRAPPER).useValue((store: SessionStore) => (this.held = new HeldStore(store)));
    return (await builder.compile()).init();
  }
}

type EventOf<T extends LiveEvent['type']> = Extract<LiveEvent, { type: T }>;

/** A call that a host leads, and what its client is told. */
export class TestCall {
  readonly events: LiveEvent[] = [];
  readonly hangUp = new AbortController();
  conversation: LiveConversation | undefined;
  private readonly number: number;

  constructor(
    readonly host: LiveHost,
    readonly sessionId: string,
  ) {
    this.number = host.server.calls.length;
  }

  async start(): Promise<void> {
    const onEvent = (event: LiveEvent) => void this.events.push(event);
    this.conversation = await this.host.orchestrator.start(this.sessionId, { onEvent, signal: this.hangUp.signal });
  }

  get live(): LiveConversation {
    if (!this.conversation) throw new Error('The call has not begun.');
    return this.conversation;
  }

  /** The model's side of the last connection. */
  get model() {
    return this.host.server.call;
  }

  /** The first connection, whatever came after it. */
  get firstModel() {
    return this.host.server.calls[this.number] ?? this.model;
  }

  of<T extends LiveEvent['type']>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** Waits until so many events of this type have come; the last of them. */
  async has<T extends LiveEvent['type']>(type: T, count = 1): Promise<EventOf<T>> {
    await until(() => this.of(type).length >= count).catch(() => {
      throw new Error(`No ${type} number ${count} among ${this.events.map((event) => event.type).join(' ')}`);
    });
    return this.of(type)[count - 1] as EventOf<T>;
  }

  /** Waits until all that the model has sent was taken note of: its events come in order. */
  async caughtUp(): Promise<void> {
    if (this.of('closed').length > 0) return;
    const before = this.of('failed').length;
    this.model.fail('a_mark_of_the_test');
    await this.has('failed', before + 1);
  }

  /** The caller hangs up. */
  async end(): Promise<void> {
    this.hangUp.abort();
    if (this.conversation) await this.has('closed');
  }

  /** Waits until the agent has said so many things, and its history has them. */
  async said(count: number): Promise<void> {
    await until(() => this.model.isSpeaking === false);
    await until(async () => (await this.messages()).filter((line) => line.startsWith('assistant')).length >= count);
  }

  /** The call in the store's order: role and words; with the agent where it is not Front. */
  async messages(): Promise<string[]> {
    return (await this.stored()).map(({ agent, role, content }) => {
      const who = agent === 'Front' ? role : `${agent} ${role}`;
      return `${who}: ${content}`;
    });
  }

  /** Waits until all that the call has changed is in the store. */
  async durable(): Promise<void> {
    await this.caughtUp();
    const memo = await this.host.memos.restore(this.sessionId);
    await memo.persist();
    await this.host.memos.release(memo);
  }

  async stored() {
    const { history } = await this.host.store.load(this.sessionId);
    const messages = [...history].flatMap(([agent, thread]) =>
      threadMessages(thread).map((message) => ({ agent, ...message })),
    );
    return messages.filter(({ role }) => role !== 'system').sort((left, right) => left.seq - right.seq);
  }

  /** Waits until the store has these messages. */
  async reads(...lines: string[]): Promise<void> {
    const isSo = async () => isDeepStrictEqual(await this.messages(), lines);
    await until(isSo).catch(async () => expect(await this.messages()).toEqual(lines));
  }

  /** The responses that were asked for over the last connection: what is to be said, and how tools are chosen. */
  asked(): unknown[][] {
    return this.model.sent('response.create').map(({ response }) => {
      const { instructions, tool_choice: toolChoice } = response as Record<string, string | undefined>;
      return [instructions?.slice(instructions.indexOf('"')), toolChoice].filter((member) => member !== undefined);
    });
  }

  async context(key: string): Promise<unknown> {
    await this.durable();
    return (await this.host.store.load(this.sessionId)).context.get(key);
  }

  /** The stages of each turn that has any, in seconds, by their names. */
  async stages(): Promise<Record<string, Record<string, number>>> {
    const { latency } = await this.host.store.load(this.sessionId);
    const turns: Record<string, Record<string, number>> = {};
    for (const [stage, { recent }] of latency) {
      for (const { run = 'none', seconds } of recent) (turns[run] ??= {})[stage] = seconds;
    }
    return turns;
  }

  /** Another process changes the session. */
  async change(...ops: Op[]): Promise<void> {
    await this.host.store.apply(this.sessionId, { id: `change-${(this.changes += 1)}`, ops });
  }

  private changes = 0;
}
