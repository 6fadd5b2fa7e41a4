import { createContext, Script } from 'node:vm';

const CALL = new Script('work()');

/**
 * Runs a function in this thread for at most so many milliseconds; undefined where it took longer. A regular
 * expression that loses itself can be stopped in no other way: the engine looks for the stop while it goes back. Costs
 * about a tenth of a millisecond.
 */
export function withinTime<T>(work: () => T, timeoutMs: number): T | undefined {
  const context = createContext({ work });
  try {
    return CALL.runInContext(context, { timeout: timeoutMs }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}
