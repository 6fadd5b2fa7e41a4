import { parseArgs } from 'node:util';
import { SESSION_ID_PATTERN, isSessionId } from '../common/ids';
import type { EnvironmentVariables } from '../config/configuration.module';
import { secretOf, serviceUrl, wholeNumber, wrongOption } from '../programs/option-values';
import { UsageError } from '../programs/usage-error';

export interface CallOptions {
  /** The service to call; the program starts one of its own if absent. */
  readonly url: string | undefined;
  readonly key: string | undefined;
  /** Of a caller whom the service knows. */
  readonly email: string | undefined;
  /** The call to go on with, or the name of the new one. */
  readonly sessionId: string | undefined;
  /** Words a minute at which the agents speak; 0 is as fast as possible. */
  readonly pace: number;
}

export const USAGE = `Usage: npm run call -- [options]

A conversation with the agents in the terminal: what a caller would say is typed, what they would hear is printed at the
pace of speech. A key press interrupts the agent, and what is typed then is the next turn. Piped input is a turn a line.

  --url URL      the service to call, such as http://127.0.0.1:3000 (default: one of its own, gone afterwards)
  --key SECRET   the API key (default: PARLEY_API_KEY)
  --email EMAIL  the caller, if they are known (docs/demo-callers.md)
  --session ID   goes on with this call, or opens it under this id
  --pace N       words a minute (default: 180; 0 is as fast as possible)
  --help         this text

A line "/interrupt N" interrupts the next answer after N characters, as a key press would.

Exit code: 0 at the end of the input, 1 when the call failed, 2 for wrong usage.
`;

const MAX_PACE = 10_000;

/** @throws UsageError */
export function parseOptions(args: readonly string[], environment: EnvironmentVariables): CallOptions | 'help' {
  const values = parsed(args);
  if (values.help) return 'help';
  return {
    url: values.url === undefined ? undefined : serviceUrl(values.url),
    key: secretOf(values.key ?? environment['PARLEY_API_KEY']),
    email: values.email,
    sessionId: values.session === undefined ? undefined : sessionIdOf(values.session),
    pace: wholeNumber('pace', values.pace, 0, MAX_PACE),
  };
}

function parsed(args: readonly string[]) {
  try {
    const options = {
      url: { type: 'string' },
      key: { type: 'string' },
      email: { type: 'string' },
      session: { type: 'string' },
      pace: { type: 'string', default: '180' },
      help: { type: 'boolean', default: false },
    } as const;
    return parseArgs({ args: [...args], allowPositionals: false, options }).values;
  } catch (error) {
    throw wrongOption(error);
  }
}

function sessionIdOf(text: string): string {
  const isValid: boolean = isSessionId(text);
  if (isValid) return text;
  throw new UsageError(`--session is "${text}"; it must be of the form ${SESSION_ID_PATTERN}`);
}
