import { LuaScript } from './lua-script';

/** The scripts that change what belongs to no session. */
export const SHARED_SCRIPTS = {
  /** The new version, or a negative number. */
  writeDocument: new LuaScript<number>('write-document'),
  addCounts: new LuaScript<null>('add-counts'),
  countInWindow: new LuaScript<readonly [count: number, remainingMs: number]>('count-in-window'),
};
