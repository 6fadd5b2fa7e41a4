import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { isJsonObject, jsonPointer } from '../../common/json';
import { type ErrorIssue, ParleyError } from '../../common/parley-error';
import { CLIENT_FRAMES, type ClientFrame, type ClientFrameType } from './client-frames';

/** More issues than this help nobody and cost time to say. */
const MAX_ISSUES = 32;

const ajv = new Ajv({ allErrors: true, strict: true });
const validators = new Map<string, ValidateFunction<ClientFrame>>(
  Object.entries(CLIENT_FRAMES).map(([type, schema]) => [type, ajv.compile<ClientFrame>(schema)]),
);
const KNOWN_TYPES = (Object.keys(CLIENT_FRAMES) as ClientFrameType[]).join(', ');

/** @throws ParleyError `malformed_json` */
export function readJson(data: Buffer, isBinary: boolean): unknown {
  if (isBinary) throw new ParleyError('malformed_json', 'A frame is a text, not binary.');
  try {
    return JSON.parse(data.toString()) as unknown;
  } catch {
    // The parser's message quotes the frame.
    throw new ParleyError('malformed_json', 'The frame is not valid JSON.');
  }
}

/** The id that an answer repeats; null where there is none that could be. */
export function frameId(value: unknown): string | null {
  const id = isJsonObject(value) ? value['id'] : undefined;
  return typeof id === 'string' && id.length >= 1 && id.length <= 64 ? id : null;
}

/** @throws ParleyError `validation_failed` with what is at fault */
export function parseFrame(value: unknown): ClientFrame {
  if (!isJsonObject(value)) throw invalid([{ path: '', message: 'must be an object' }]);
  const type = value['type'];
  const validate = typeof type === 'string' ? validators.get(type) : undefined;
  if (!validate) throw invalid([{ path: '/type', message: `must be one of ${KNOWN_TYPES}` }]);
  if (validate(value)) return value;
  throw invalid((validate.errors ?? []).map(issueOf));
}

function issueOf({ keyword, instancePath, params, message }: ErrorObject): ErrorIssue {
  const { additionalProperty, missingProperty } = params as Record<string, unknown>;
  if (keyword === 'additionalProperties') {
    return { path: instancePath + jsonPointer(String(additionalProperty)), message: 'is not a known field' };
  }
  if (keyword === 'required') {
    return { path: instancePath + jsonPointer(String(missingProperty)), message: 'is required' };
  }
  return { path: instancePath, message: message ?? 'is not valid' };
}

function invalid(errors: readonly ErrorIssue[]): ParleyError {
  return new ParleyError('validation_failed', 'The frame does not fit its schema.', {
    errors: errors.slice(0, MAX_ISSUES),
  });
}
