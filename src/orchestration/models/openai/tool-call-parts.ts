import { randomUUID } from 'node:crypto';
import type { ToolCall } from '../chat-model';

/** A piece of a call, as Chat Completions streams it. Servers of others leave members away. */
export interface ToolCallPart {
  readonly index?: number;
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

interface Parts {
  readonly index: number;
  id: string | undefined;
  name: string;
  arguments: string;
}

/** Puts calls together whose pieces come in any size, also by turns. */
export class ToolCallParts {
  private readonly calls: Parts[] = [];

  get begun(): boolean {
    return this.calls.length > 0;
  }

  add(part: ToolCallPart): void {
    const call = this.callOf(part);
    const name = part.function?.name ?? '';
    // Some servers say id and name again with every piece.
    const isRepeated = part.id !== undefined && part.id === call.id && name === call.name;
    if (!isRepeated) call.name += name;
    call.id ??= part.id || undefined;
    call.arguments += part.function?.arguments ?? '';
  }

  /** All of them, in the order in which they began. */
  complete(): ToolCall[] {
    return this.calls.map(({ id, name, arguments: text }) => ({
      id: id ?? `call_${randomUUID()}`,
      name,
      arguments: text.trim() === '' ? '{}' : text,
    }));
  }

  /** Its index tells whose piece it is, and another id another call: some servers give all of them one index. */
  private callOf({ index, id }: ToolCallPart): Parts {
    const latest = this.calls.findLast((call) => index === undefined || call.index === index);
    if (latest && (!id || latest.id === undefined || latest.id === id)) return latest;
    const call = { index: index ?? this.calls.length, id: undefined, name: '', arguments: '' };
    this.calls.push(call);
    return call;
  }
}
