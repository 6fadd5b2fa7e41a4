import type { Token } from 'liquidjs';

/** A fault of a template and where it is; lines and columns begin at 1. */
export interface TemplateIssue {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A fault that Parley itself finds. Its message is made to be shown: it quotes no more than a name. */
export class TemplateRefusal extends Error {
  override readonly name = 'TemplateRefusal';
}

/** Names longer than this are cut where a message shows them. */
const SHOWN_CHARACTERS = 64;

export function shown(name: string): string {
  return JSON.stringify(name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS)}…` : name);
}

export function issueAt(token: Pick<Token, 'getPosition'>, message: string): TemplateIssue {
  const [line, column] = token.getPosition() as [number, number];
  return { line, column, message };
}

export function describeIssue({ line, column, message }: TemplateIssue): string {
  return `line ${line}, column ${column}: ${message}`;
}
