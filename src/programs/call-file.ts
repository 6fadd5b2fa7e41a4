import { readFile } from 'node:fs/promises';
import Ajv, { type ErrorObject } from 'ajv';
import { nestsWithin } from '../common/json';
import { isName, MAX_JSON_DEPTH, MAX_MESSAGE_BYTES } from '../store/ops';
import { type Call, CALL_SCHEMA } from './call';
import { UsageError } from './usage-error';

const FORMAT_RULES: Readonly<Record<string, string>> = {
  name: 'must be 1 to 256 characters, none of them a control character',
  message: `must be at most ${MAX_MESSAGE_BYTES} bytes`,
};

// A discriminator wants its property named as required beside the alternatives that define it.
const ajv = new Ajv({ discriminator: true, strict: true, strictRequired: false });
ajv.addFormat('name', isName);
ajv.addFormat('message', (text: string) => Buffer.byteLength(text) <= MAX_MESSAGE_BYTES);
const isCall = ajv.compile<Call>(CALL_SCHEMA);

/**
 * Reads the first `limit` calls, or all: one JSON object a line, empty lines aside.
 * @throws UsageError with the line at fault and never with what it says: it is somebody's conversation
 */
export async function readCalls(file: string, limit = Infinity): Promise<readonly Call[]> {
  const lines = (await readText(file)).split('\n');
  const calls: Call[] = [];
  const lineOfCall = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    if (calls.length >= limit) break;
    if (line.trim() === '') continue;
    const place = `${file}, line ${index + 1}`;
    const call = parseCall(line, place);
    const earlier = lineOfCall.get(call.callId);
    if (earlier !== undefined) throw new UsageError(`${place}: /callId is the same as on line ${earlier}`);
    lineOfCall.set(call.callId, index + 1);
    calls.push(call);
  }
  if (calls.length === 0) throw new UsageError(`${file} holds no calls`);
  return calls;
}

async function readText(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file} cannot be read (${code})`);
  }
}

function parseCall(line: string, place: string): Call {
  const value = parseJson(line, place);
  if (!nestsWithin(value, MAX_JSON_DEPTH)) throw new UsageError(`${place}: nests deeper than ${MAX_JSON_DEPTH} levels`);
  if (!isCall(value)) throw new UsageError(`${place}: ${faultOf(isCall.errors?.[0])}`);
  const stray = value.turns.findIndex(({ agent }) => !value.agents.includes(agent));
  if (stray !== -1) throw new UsageError(`${place}: /turns/${stray}/agent is none of the call's agents`);
  return value;
}

function parseJson(line: string, place: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    // The parser's message quotes the line.
    throw new UsageError(`${place} is not JSON`);
  }
}

function faultOf(error: ErrorObject | undefined): string {
  if (!error) return 'is no call';
  const { instancePath: path, keyword, message = 'is not valid' } = error;
  const params = error.params as Record<string, unknown>;
  switch (keyword) {
    case 'additionalProperties':
      return `${path}/${String(params['additionalProperty'])} is not a known field`;
    case 'required':
      return `${path}/${String(params['missingProperty'])} is required`;
    case 'discriminator':
      return `${path}/role must be user or assistant`;
    case 'format':
      return `${path} ${FORMAT_RULES[String(params['format'])] ?? message}`;
    default:
      return path === '' ? message : `${path} ${message}`;
  }
}
