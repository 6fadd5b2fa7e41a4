import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { type MemoOptions, MemoService, PersistMonitor } from '../../src/memo';
import { OwnStages } from '../../src/store/own-stages';
import { MemoHarness } from './memo.harness';

/** One line of the log, as it was written. */
export interface LogLine {
  readonly level: 'log' | 'error';
  readonly msg: string;
  readonly sessionId: string;
  readonly code?: string;
}

/** The memos of one process over the harness's store, with what it counts and logs. */
export class MemoServiceHarness {
  readonly registry = new Registry();
  readonly monitor = new PersistMonitor(this.registry);
  readonly own = new OwnStages();
  readonly log: LogLine[] = [];
  readonly service: MemoService;

  private constructor(
    readonly memos: MemoHarness,
    options: Partial<MemoOptions>,
  ) {
    const keep = (level: LogLine['level']) => (line: Omit<LogLine, 'level'>) => void this.log.push({ level, ...line });
    jest.spyOn(Logger.prototype, 'log').mockImplementation(keep('log'));
    jest.spyOn(Logger.prototype, 'error').mockImplementation(keep('error'));
    const all = {
      pendingMaxBytes: 1024 * 1024,
      sessionPendingMaxBytes: 1024 * 1024,
      shutdownTimeoutMs: 60_000,
      backoff: () => 0,
      ...options,
    };
    this.service = new MemoService(memos.store, memos.clock, all, this.monitor, this.own);
  }

  static async open(options: Partial<MemoOptions> = {}): Promise<MemoServiceHarness> {
    return new MemoServiceHarness(await MemoHarness.open(), options);
  }

  get store(): MemoHarness['store'] {
    return this.memos.store;
  }

  async close(): Promise<void> {
    jest.restoreAllMocks();
    await this.memos.close();
  }
}
