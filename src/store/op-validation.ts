import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { jsonPointer, nestsWithin } from '../common/json';
import { type ErrorIssue, ParleyError } from '../common/parley-error';
import { MAX_BATCH_OPS, MAX_JSON_DEPTH, MAX_MESSAGE_BYTES, type ClientOp, OP_SCHEMAS, type OpOf } from './ops';
import { refusals } from './store-errors';

/** More issues than this help nobody and cost time to say. */
const MAX_ISSUES = 32;

// A discriminator wants its property named as required beside the alternatives that define it.
const ajv = new Ajv({ discriminator: true, allErrors: true, strict: true, strictRequired: false });
const opSchema = {
  type: 'object',
  required: ['op'],
  discriminator: { propertyName: 'op' },
  oneOf: Object.values(OP_SCHEMAS),
};
const validateBatch: ValidateFunction<ClientOp[]> = ajv.compile({ type: 'array', minItems: 1, items: opSchema });

/**
 * Takes a list of operations from outside (HTTP, live channel, a program's memo) or refuses it whole.
 *
 * @throws ParleyError `batch_too_large`, `message_too_large` or `validation_failed` with the paths at fault,
 * as JSON pointers below `base`.
 */
export function parseOps(value: unknown, base = '/ops'): readonly ClientOp[] {
  if (Array.isArray(value) && value.length > MAX_BATCH_OPS) {
    throw refusals.batchTooLarge(base);
  }
  if (!validateBatch(value)) throw refusal(validateBatch.errors ?? [], value, base);
  for (let index = 0; index < value.length; index += 1) checkBounds(value[index] as ClientOp, `${base}/${index}`);
  return value;
}

function checkBounds(op: ClientOp, path: string): void {
  if ('content' in op) {
    // A UTF-16 unit takes at most three bytes of UTF-8: short texts need no count.
    if (op.content.length > MAX_MESSAGE_BYTES / 3 && Buffer.byteLength(op.content) > MAX_MESSAGE_BYTES) {
      throw messageTooLarge(`${path}/content`);
    }
  }
  if (op.op === 'setInterrupted') checkInterruption(op, path);
  checkDepth(freeJson(op), path);
}

/** What a schema cannot say: only an interruption cuts a reply, and what was heard is said in one way. */
function checkInterruption({ value, cause, spoken }: OpOf<'setInterrupted'>, path: string): void {
  if (!value && (cause !== undefined || spoken)) {
    throw invalid([{ path: `${path}/value`, message: 'must be true with a cause or with what was spoken' }]);
  }
  if (!spoken) return;
  const { content, characters } = spoken;
  if ((content === undefined) === (characters === undefined)) {
    throw invalid([{ path: `${path}/spoken`, message: 'must have one of content, characters' }]);
  }
  if (content !== undefined && Buffer.byteLength(content) > MAX_MESSAGE_BYTES) {
    throw messageTooLarge(`${path}/spoken/content`);
  }
}

function invalid(errors: readonly ErrorIssue[]): ParleyError {
  return new ParleyError('validation_failed', 'The operations do not fit their schema.', { errors });
}

/** @throws ParleyError `validation_failed` for a value that nests deeper than what is stored may */
export function checkDepth(value: unknown, path: string): void {
  if (nestsWithin(value, MAX_JSON_DEPTH)) return;
  throw new ParleyError('validation_failed', 'A value nests too deep.', {
    errors: [{ path, message: `must not nest deeper than ${MAX_JSON_DEPTH} levels` }],
  });
}

function freeJson(op: ClientOp): unknown {
  switch (op.op) {
    case 'setContext':
    case 'mergeContext':
      return op.value;
    case 'setSlots':
      return op.slots;
    case 'setToolOutput':
      return op.output;
    case 'append':
    case 'recordLatency':
      return op.meta;
    default:
      return undefined;
  }
}

function messageTooLarge(path: string): ParleyError {
  return new ParleyError('message_too_large', `A message holds at most ${MAX_MESSAGE_BYTES} bytes.`, {
    errors: [{ path, message: `must have at most ${MAX_MESSAGE_BYTES} bytes` }],
  });
}

function refusal(errors: ErrorObject[], value: unknown, base: string): ParleyError {
  const tooLong = errors.find((error) => error.keyword === 'maxLength');
  if (tooLong) return messageTooLarge(base + tooLong.instancePath);
  const issues = errors.slice(0, MAX_ISSUES).map((error) => issueOf(error, value, base));
  return invalid(issues);
}

function issueOf(error: ErrorObject, value: unknown, base: string): ErrorIssue {
  const path = base + error.instancePath;
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'discriminator':
      return { path: `${path}/op`, message: unknownOp(value, error.instancePath) };
    case 'additionalProperties':
      return { path: path + jsonPointer(String(params['additionalProperty'])), message: 'is not a known field' };
    case 'required':
      return { path: path + jsonPointer(String(params['missingProperty'])), message: 'is required' };
    case 'enum':
      return { path, message: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` };
    case 'pattern':
      return { path, message: 'must be 1 to 256 characters, none of them a control character' };
    default:
      return { path, message: error.message ?? 'is not valid' };
  }
}

function unknownOp(value: unknown, instancePath: string): string {
  const index = Number(instancePath.slice(1));
  const item: unknown = Array.isArray(value) ? value[index] : undefined;
  const name: unknown = typeof item === 'object' && item !== null ? (item as { op?: unknown }).op : undefined;
  const known = Object.keys(OP_SCHEMAS).join(', ');
  return typeof name === 'string'
    ? `"${name.slice(0, 64)}" is not a known operation; known are ${known}`
    : `must name an operation: ${known}`;
}
