import { decodeAgentHeader } from '../agent-state';
import { decodeAgentChanges } from './agent-changes';
import { SessionDecoder } from './decode-session';
import { decodeHeader, FIELD } from './fields';

const WHOLE = /^\d+$/;

/** Forms of the fields that serve the writer alone, which no load reads. */
const WRITER_FORMS: Readonly<Record<string, RegExp>> = {
  y: WHOLE,
  b: /^\d+ \d+ \d+ \S+ \S+(?: \S+)?$/,
};

/** Whether a stored field is what its name says. What no name of this layout says anything about can always be read. */
export function isReadableField(name: string, value: string): boolean {
  try {
    checkField(name, value);
    return true;
  } catch {
    return false;
  }
}

/** @throws any error for what cannot be read */
function checkField(name: string, value: string): void {
  if (name === FIELD.header && !decodeHeader(value)) throw new TypeError('no header');
  if (name === FIELD.agents) decodeAgentHeader(value);
  if (name === FIELD.lastRun && !WHOLE.test(value)) throw new TypeError('no number of a run');
  if (name.startsWith('e:')) decodeAgentChanges('', [0], [value]);
  const form = name[1] === ':' ? WRITER_FORMS[name[0] as string] : undefined;
  if (form && !form.test(value)) throw new TypeError('no record of the writer');
  const decoder = new SessionDecoder('');
  decoder.add(name, value);
  decoder.finishFields();
}
