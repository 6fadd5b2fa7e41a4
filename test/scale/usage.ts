import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

/** Linux counts a process's time in these. */
const TICK_SECONDS = 0.01;

/** Processor time that a process has used so far, in seconds, all its threads and the kernel's work for it included. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before it may hold anything, a bracket too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_SECONDS;
}

export interface CommandWork {
  readonly calls: number;
  readonly micros: number;
}

/** What Redis has done so far. */
export interface RedisWork {
  readonly processorSeconds: number;
  /** Commands as clients sent them; those that scripts call are within. */
  readonly commands: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** By name: calls, and microseconds in them; a script's hold those of the commands it calls. */
  readonly byCommand: Readonly<Record<string, CommandWork>>;
}

export async function redisWork(redis: Redis): Promise<RedisWork> {
  const text = await redis.info('all');
  const value = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1]);
  const commands = [...text.matchAll(/^cmdstat_([\w|-]+):calls=(\d+),usec=(\d+)/gm)];
  return {
    processorSeconds: value('used_cpu_user') + value('used_cpu_sys'),
    commands: value('total_commands_processed'),
    bytesIn: value('total_net_input_bytes'),
    bytesOut: value('total_net_output_bytes'),
    byCommand: Object.fromEntries(
      commands.map(([, name = '', calls, micros]) => [name, { calls: Number(calls), micros: Number(micros) }]),
    ),
  };
}

export function workBetween(from: RedisWork, to: RedisWork): RedisWork {
  const byCommand = Object.entries(to.byCommand).map(([name, { calls, micros }]) => {
    const before = from.byCommand[name] ?? { calls: 0, micros: 0 };
    return [name, { calls: calls - before.calls, micros: micros - before.micros }] as const;
  });
  return {
    processorSeconds: to.processorSeconds - from.processorSeconds,
    commands: to.commands - from.commands,
    bytesIn: to.bytesIn - from.bytesIn,
    bytesOut: to.bytesOut - from.bytesOut,
    byCommand: Object.fromEntries(byCommand.filter(([, { calls }]) => calls > 0)),
  };
}
