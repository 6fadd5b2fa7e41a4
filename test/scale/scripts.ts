import { readCalls } from '../../src/programs/call-file';
import { scriptCall } from '../../src/replay/turn-script';

/** A call as it goes over the wire: the operations of its turns are JSON already, so that sending one costs little. */
export interface WireScript {
  readonly context: string;
  readonly turns: readonly string[];
}

/** What the turns of calls are like. */
export interface CallShape {
  readonly calls: number;
  readonly turnsACall: number;
  /** From one turn of a call to its next; simulated, as recorded conversations have no timing. */
  readonly secondsATurn: number;
  readonly opsATurn: number;
  readonly bytesATurn: number;
}

export async function wireScripts(file: string, seed: number): Promise<readonly WireScript[]> {
  const scripts = (await readCalls(file)).map((call) => scriptCall(call, seed));
  return scripts.map(({ context, turns }) => ({
    context: JSON.stringify(context),
    turns: turns.map(({ ops }) => JSON.stringify(ops)),
  }));
}

export async function shapeOf(file: string, seed: number): Promise<CallShape> {
  const calls = (await readCalls(file)).map((call) => scriptCall(call, seed));
  const turns = calls.flatMap((call) => call.turns);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    calls: calls.length,
    turnsACall: turns.length / calls.length,
    secondsATurn: mean(turns.map(({ waitSeconds }) => waitSeconds)),
    opsATurn: mean(turns.map(({ ops }) => ops.length)),
    bytesATurn: mean(turns.map(({ ops }) => Buffer.byteLength(JSON.stringify(ops)))),
  };
}
