import { isParleyError } from '../common/parley-error';
import type { EnvironmentVariables } from '../config/configuration.module';
import { readCalls } from '../programs/call-file';
import { compareSession } from './compare';
import type { Difference } from './difference';
import { expectationOf } from './expectation';
import { HttpClient } from '../programs/http-client';
import { LiveWriter } from './live-writer';
import { parseOptions, type ReplayOptions, USAGE } from './options';
import { remoteService, startOwnService, type TargetService } from '../programs/own-service';
import { type PlayedCall, Player } from './player';
import { mapLimited } from '../programs/pool';
import type { Output } from '../programs/output';
import { startProgress } from '../programs/progress';
import { type ReplayResult, reportOf } from './report';
import { RequestFailed, SessionClient } from './session-client';
import { scriptCall, type CallScript } from './turn-script';
import type { TurnWriter } from './turn-writer';
import { UsageError } from '../programs/usage-error';

export interface ReplayHost {
  readonly environment: EnvironmentVariables;
  readonly output: Output;
  readonly errors: Output;
  /** Stops the replay: nothing is compared then, and what it has opened is ended. */
  readonly signal: AbortSignal;
}

export const EXIT = { same: 0, failed: 1, usage: 2, stopped: 130 } as const;

/** The whole command. Gives its exit code and never rejects for what a person or a service did wrong. */
export async function runReplay(args: readonly string[], host: ReplayHost): Promise<number> {
  try {
    const options = parseOptions(args, host.environment);
    if (options === 'help') return say(host.output, USAGE, EXIT.same);
    const scripts = (await readCalls(options.file, options.calls)).map((call) => scriptCall(call, options.seed));
    return await replayOn(scripts, options, host);
  } catch (error) {
    const code = error instanceof UsageError || isParleyError(error, 'config_invalid') ? EXIT.usage : EXIT.failed;
    if (isExplained(error)) return say(host.errors, `replay: ${error.message.replace(/\s*\n\s*/g, ' ')}\n`, code);
    throw error;
  }
}

async function replayOn(scripts: readonly CallScript[], options: ReplayOptions, host: ReplayHost): Promise<number> {
  const service =
    options.url === undefined ? await startOwnService('replay', host.environment) : remoteService(options.url);
  const http = new HttpClient(service.url, { key: options.key, connections: options.concurrency });
  const client = new SessionClient(http);
  const writer = options.live ? new LiveWriter(client, { url: service.url, key: options.key }) : client;
  try {
    const result = await new Replay(client, writer, service, options, host).run(scripts);
    if (host.signal.aborted) return say(host.errors, 'replay: stopped\n', EXIT.stopped);
    return say(host.output, reportOf(result), result.differences.length === 0 ? EXIT.same : EXIT.failed);
  } finally {
    await writer.close();
    http.close();
    await service.close();
  }
}

/** Plays all, then reads all back, then ends all: a session is compared after everything that could disturb it. */
class Replay {
  constructor(
    private readonly client: SessionClient,
    private readonly writer: TurnWriter,
    private readonly service: TargetService,
    private readonly options: ReplayOptions,
    private readonly host: ReplayHost,
  ) {}

  async run(scripts: readonly CallScript[]): Promise<ReplayResult> {
    await this.checkService();
    const turnsMs: number[] = [];
    const start = performance.now();
    const played = await this.play(scripts, turnsMs);
    const playedSeconds = (performance.now() - start) / 1000;
    const differences = this.host.signal.aborted ? [] : await this.each(played, (call) => this.compare(call));
    const ending = this.options.keep ? [] : await this.each(played, (call) => this.end(call));
    return {
      service: this.service.description,
      calls: scripts.length,
      ops: played.reduce((sum, call) => sum + acknowledgedOps(call), 0),
      turnsMs,
      playedSeconds,
      retries: this.writer.retries,
      differences: [...differences, ...ending].flat(),
    };
  }

  private async checkService(): Promise<void> {
    try {
      await this.client.check();
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      const refused = error.status === 401 || error.status === 403;
      if (refused) throw new UsageError('the service wants another API key: set PARLEY_API_KEY or give --key');
      throw new RequestFailed(`${this.service.url} is not ready for a replay: ${error.message}`, error.status);
    }
  }

  private async play(scripts: readonly CallScript[], turnsMs: number[]): Promise<readonly PlayedCall[]> {
    const turns = scripts.reduce((sum, script) => sum + script.turns.length, 0);
    const progress = startProgress(turns, this.host.output);
    const onTurn = (milliseconds: number) => {
      turnsMs.push(milliseconds);
      progress.advance();
    };
    const player = new Player(this.writer, { speed: this.options.speed, onTurn, signal: this.host.signal });
    try {
      return await this.each(scripts, (script) => player.play(script));
    } finally {
      progress.stop();
    }
  }

  private async compare({
    script,
    sessionId,
    openedAt,
    receipts,
    failure,
  }: PlayedCall): Promise<readonly Difference[]> {
    const { callId } = script.call;
    if (failure !== undefined || openedAt === undefined) return [failed(callId, 'playing', failure)];
    try {
      const session = await this.client.session(sessionId);
      const latency = await this.client.latency(sessionId);
      return compareSession(expectationOf(script), { openedAt, receipts, session, latency });
    } catch (error) {
      if (error instanceof RequestFailed) return [failed(callId, 'reading back', error.message)];
      throw error;
    }
  }

  /** Also a session whose opening seems to have failed: it may be there. */
  private async end({ script, sessionId, openedAt, failure }: PlayedCall): Promise<readonly Difference[]> {
    if (openedAt === undefined && failure === undefined) return [];
    try {
      await this.client.end(sessionId);
      return [];
    } catch (error) {
      if (error instanceof RequestFailed) return [failed(script.call.callId, 'ending', error.message)];
      throw error;
    }
  }

  private each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
    return mapLimited(items, this.options.concurrency, work);
  }
}

function acknowledgedOps({ script, receipts }: PlayedCall): number {
  return script.turns.slice(0, receipts.length).reduce((sum, { ops }) => sum + ops.length, 0);
}

function failed(callId: string, where: string, detail: string | undefined): Difference {
  return { callId, where, kind: 'request failed', ...(detail !== undefined && { detail }) };
}

/** Whether the message alone tells a person what is wrong; anything else needs its stack. */
function isExplained(error: unknown): error is Error {
  return error instanceof UsageError || error instanceof RequestFailed || isParleyError(error);
}

function say(output: Output, text: string, code: number): number {
  output.write(text);
  return code;
}
