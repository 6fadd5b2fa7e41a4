import type { Figures } from './figures';
import type { MeasuredStep, StepWork } from './throughput';
import type { Way } from './wire';

/** What one turn takes, with its share of opening and ending calls. */
export interface TurnCost {
  /** Processor time. */
  readonly serviceMicros: number;
  readonly redisMicros: number;
  readonly generatorMicros: number;
  /** Both ways. */
  readonly clientBytes: number;
  readonly redisBytes: number;
  readonly redisCommands: number;
}

/** What a call takes as long as it goes on, and how often something happens in it. */
export interface CallCost {
  /** Of the service's heap, for a memo of 16 turns. */
  readonly memoBytes: number;
  /** Of Redis's memory, for a session of 16 turns. */
  readonly sessionBytes: number;
  readonly secondsATurn: number;
  readonly turnsACall: number;
}

export function turnCostOf({ cores, turnsASecond, clientBytes, redis, turns }: StepWork): TurnCost {
  const micros = (share: number) => (share / turnsASecond) * 1e6;
  return {
    serviceMicros: micros(cores.services.reduce((sum, share) => sum + share, 0)),
    redisMicros: micros(cores.redis),
    generatorMicros: micros(cores.generator),
    clientBytes,
    redisBytes: (redis.bytesIn + redis.bytesOut) / turns,
    redisCommands: redis.commands / turns,
  };
}

/**
 * As measured at the highest rate of the fewest processes; where none held, at the highest that was measured to its end.
 * @throws Error where there is no such rate
 */
export function turnCost({ throughputs }: Figures, way: Way): TurnCost {
  const ofWay = throughputs.filter((one) => one.way === way).sort((left, right) => left.processes - right.processes);
  const work = ofWay.map(({ best, steps }) => best?.work ?? highestOf(steps)?.work).find((found) => found);
  if (!work) throw new Error(`Nothing was measured over ${way}.`);
  return turnCostOf(work);
}

function highestOf(steps: readonly MeasuredStep[]): MeasuredStep | undefined {
  return steps.filter(({ work }) => work).sort((left, right) => right.perSecond - left.perSecond)[0];
}

export function callCost({ memory, shape }: Figures): CallCost {
  const held = memory.find(({ contents }) => contents === 'calls');
  if (!held) throw new Error('The memory of calls was not measured.');
  return {
    memoBytes: held.bytesAMemo,
    sessionBytes: held.redisBytesASession,
    secondsATurn: shape.secondsATurn,
    turnsACall: shape.turnsACall,
  };
}
