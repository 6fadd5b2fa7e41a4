import { FIELD } from '../layout/fields';

/**
 * Which fields of a session are history, and whose: read once a batch, when it is first asked for, and kept in step by
 * the batch from then on, because each of its operations may ask.
 */
export class HistoryIndex {
  private readonly threads = new Map<string, number[]>();
  /** Prompts, what was heard, first system messages. */
  private readonly others = new Set<string>();

  constructor(names: readonly string[]) {
    for (const name of names) {
      const message = /^m:(\d+):/.exec(name);
      if (message) this.addMessage(name.slice(message[0].length), Number(message[1]));
      else if (/^[pty]:/.test(name)) this.others.add(name);
    }
  }

  addMessage(agent: string, seq: number): void {
    const thread = this.threads.get(agent);
    if (thread) thread.push(seq);
    else this.threads.set(agent, [seq]);
  }

  addField(name: string): void {
    this.others.add(name);
  }

  /** Infinity where there is none. */
  firstMessage(agent: string): number {
    return (this.threads.get(agent) ?? []).reduce((first, seq) => Math.min(first, seq), Infinity);
  }

  /** Takes one message out; gives its fields. */
  takeMessage(agent: string, seq: number): string[] {
    this.threads.set(agent, this.threads.get(agent)?.filter((other) => other !== seq) ?? []);
    return fieldsOf(agent, seq);
  }

  /** Takes an agent's thread out; gives its fields. */
  takeThread(agent: string): string[] {
    const fields = (this.threads.get(agent) ?? []).flatMap((seq) => fieldsOf(agent, seq));
    this.threads.delete(agent);
    return [...fields, FIELD.prompt(agent), FIELD.system(agent)];
  }

  /** Takes everything out; gives its fields. */
  takeAll(): string[] {
    const fields = [...this.threads.keys()].flatMap((agent) => this.takeThread(agent)).concat(...this.others);
    this.others.clear();
    return fields;
  }
}

function fieldsOf(agent: string, seq: number): string[] {
  return [FIELD.message(seq, agent), FIELD.heard(seq)];
}
