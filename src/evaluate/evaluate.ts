import { open, writeFile } from 'node:fs/promises';
import { isParleyError } from '../common/parley-error';
import type { EnvironmentVariables } from '../config/configuration.module';
import type { Call } from '../programs/call';
import { readCalls } from '../programs/call-file';
import { HttpClient } from '../programs/http-client';
import type { Output } from '../programs/output';
import { startOwnService, type TargetService } from '../programs/own-service';
import { mapLimited } from '../programs/pool';
import { startProgress } from '../programs/progress';
import { UsageError } from '../programs/usage-error';
import { writeAgents } from './agents-folder';
import { CallPlayer } from './call-player';
import { CallRecords } from './call-records';
import { evaluationModule } from './evaluation-module';
import { exchangesOf } from './exchanges';
import { figuresOf } from './figures';
import { type EvaluateOptions, parseOptions, USAGE } from './options';
import type { PlayedCall } from './played-call';
import { castOf } from './recorded-agents';
import { type EvaluationReport, reportJson, reportText } from './report';
import { RequestFailed, ServiceClient } from './service-client';
import { stageFigures } from './stage-figures';

export interface EvaluateHost {
  readonly environment: EnvironmentVariables;
  readonly output: Output;
  readonly errors: Output;
  /** Stops the evaluation after the turns it is at; there is no report then. */
  readonly signal: AbortSignal;
}

export const EXIT = { played: 0, failed: 1, usage: 2, stopped: 130 } as const;

/** What is wrong with these is the file's or the environment's. */
const MENDABLE = ['config_invalid', 'agents_invalid', 'tools_invalid'] as const;

/** The whole command. Gives its exit code and never rejects for what a person or a service did wrong. */
export async function runEvaluate(args: readonly string[], host: EvaluateHost): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === 'help') return say(host.output, USAGE, EXIT.played);
    const calls = await readCalls(options.file, options.calls);
    if (options.json !== undefined) await checkWritable(options.json);
    return await evaluate(calls, options, host);
  } catch (error) {
    if (!isExplained(error)) throw error;
    const isMendable = error instanceof UsageError || MENDABLE.some((code) => isParleyError(error, code));
    const text = `evaluate: ${error.message.replace(/\s*\n\s*/g, ' ')}\n`;
    return say(host.errors, text, isMendable ? EXIT.usage : EXIT.failed);
  }
}

async function evaluate(calls: readonly Call[], options: EvaluateOptions, host: EvaluateHost): Promise<number> {
  const records = new CallRecords();
  const cast = castOf(calls);
  const folder = await writeAgents(cast.agents);
  try {
    const service = await startOwnService('evaluate', variablesOf(host.environment, folder.path), (variables) =>
      evaluationModule(variables, cast.tools, records),
    );
    const report = await evaluateOn(service, records, calls, options, host);
    if (report === undefined) return say(host.errors, 'evaluate: stopped\n', EXIT.stopped);
    const hasFailed = Object.keys(report.failures).length > 0;
    host.output.write(reportText(report));
    if (options.json !== undefined) await writeFile(options.json, reportJson(report));
    return hasFailed ? EXIT.failed : EXIT.played;
  } finally {
    await folder.remove();
  }
}

/** The agents are the file's alone, and what the model wrote is read back as it wrote it. */
function variablesOf(environment: EnvironmentVariables, agentsFolder: string): EnvironmentVariables {
  return {
    ...environment,
    AGENTS_DIR: agentsFolder,
    SESSION_AGENT_OVERRIDES_ENABLED: 'false',
    REDACTION_BEFORE_STORAGE: 'false',
  };
}

async function evaluateOn(
  service: TargetService,
  records: CallRecords,
  calls: readonly Call[],
  { concurrency, turnTimeoutMs: timeoutMs }: EvaluateOptions,
  host: EvaluateHost,
): Promise<EvaluationReport | undefined> {
  const http = new HttpClient(service.url, { connections: concurrency, timeoutMs });
  const client = new ServiceClient(http);
  try {
    const model = await client.model();
    const played = await play(calls, client, records, concurrency, host);
    if (host.signal.aborted) return undefined;
    const stages = stageFigures(await client.stages(), played);
    return { service: service.description, model, concurrency, ...figuresOf(played), stages };
  } finally {
    http.close();
    await service.close();
  }
}

async function play(
  calls: readonly Call[],
  client: ServiceClient,
  records: CallRecords,
  concurrency: number,
  { output, signal }: EvaluateHost,
): Promise<readonly PlayedCall[]> {
  const turns = calls.reduce((sum, call) => sum + exchangesOf(call).length, 0);
  const progress = startProgress(turns, output);
  try {
    const player = new CallPlayer(client, records, { onTurn: () => progress.advance(), signal });
    return await mapLimited(calls, concurrency, (call) => player.play(call));
  } finally {
    progress.stop();
  }
}

/** Before anything is played: a report that cannot be written would be found out after all of it. */
async function checkWritable(file: string): Promise<void> {
  try {
    await (await open(file, 'a')).close();
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file} cannot be written (${code})`);
  }
}

/** Whether the message alone tells a person what is wrong; anything else needs its stack. */
function isExplained(error: unknown): error is Error {
  return error instanceof UsageError || error instanceof RequestFailed || isParleyError(error);
}

function say(output: Output, text: string, code: number): number {
  output.write(text);
  return code;
}
