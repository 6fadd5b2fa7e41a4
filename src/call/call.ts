import { LiveError, ParleyLiveClient } from '../client';
import { isParleyError } from '../common/parley-error';
import type { EnvironmentVariables } from '../config/configuration.module';
import type { Output } from '../programs/output';
import { remoteService, startOwnService, type TargetService } from '../programs/own-service';
import { UsageError } from '../programs/usage-error';
import { CallClient, CallFailed } from './call-client';
import { callerInput, type Input } from './caller-input';
import { Conversation } from './conversation';
import { type CallOptions, parseOptions, USAGE } from './options';
import { Screen } from './screen';
import { Speaker } from './speaker';

export interface CallHost {
  readonly environment: EnvironmentVariables;
  readonly input: Input;
  readonly output: Output;
  readonly errors: Output;
  /** Ends the call, after the turn it is at. */
  readonly signal: AbortSignal;
}

export const EXIT = { ended: 0, failed: 1, usage: 2 } as const;
/** A connection that is lost for longer ends the call. */
const GIVE_UP_AFTER_MS = 10_000;

/** The whole command. Gives its exit code and never rejects for what a person or a service did wrong. */
export async function runCall(args: readonly string[], host: CallHost): Promise<number> {
  try {
    const options = parseOptions(args, host.environment);
    if (options === 'help') host.output.write(USAGE);
    else await hold(options, host);
    return EXIT.ended;
  } catch (error) {
    if (!isExplained(error)) throw error;
    host.errors.write(`call: ${error.message.replace(/\s*\n\s*/g, ' ')}\n`);
    return error instanceof UsageError || isParleyError(error, 'config_invalid') ? EXIT.usage : EXIT.failed;
  }
}

async function hold(options: CallOptions, host: CallHost): Promise<void> {
  const { url, key } = options;
  const service = url === undefined ? await startOwnService('call', host.environment) : remoteService(url);
  const live = new ParleyLiveClient({ url: service.url, key, giveUpAfterMs: GIVE_UP_AFTER_MS });
  const input = callerInput(host.input, host.output, host.signal);
  try {
    const screen = new Screen(host.output);
    const client = new CallClient(service.url, key);
    const sessionId = await join(client, options, service, screen);
    const conversation = new Conversation(client, input, screen, new Speaker(screen, options.pace));
    await live.connect();
    await conversation.run(await live.attach(sessionId, conversation.handlers));
    if (url !== undefined) screen.note(`the call can be gone on with: --session ${sessionId}`);
  } finally {
    input.close();
    await live.close();
    await service.close();
  }
}

/** Finds the call or opens it, and says who is on the line. Gives the session's id. */
async function join(
  client: CallClient,
  { email, sessionId }: CallOptions,
  { url }: TargetService,
  screen: Screen,
): Promise<string> {
  const model = await client.model();
  const isThere = sessionId !== undefined && (await client.isThere(sessionId));
  const request = { ...(sessionId !== undefined && { sessionId }), ...(email !== undefined && { email }) };
  const call = isThere ? { sessionId, profileFound: false } : await client.open(request);
  const caller = call.profileFound ? email : 'nobody whom the service knows';
  screen.line('A call to Parley, typed');
  screen.note(`service   ${url}`);
  screen.note(`session   ${call.sessionId}`);
  screen.note(`caller    ${isThere ? 'as the call has it' : caller}`);
  screen.note(`model     ${model || 'not said'}`);
  return call.sessionId;
}

/** Whether the message alone tells a person what is wrong; anything else needs its stack. */
function isExplained(error: unknown): error is Error {
  return (
    error instanceof UsageError || error instanceof CallFailed || error instanceof LiveError || isParleyError(error)
  );
}
