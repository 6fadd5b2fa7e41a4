import { Inject, Injectable, Optional } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { MemoService } from '../memo';

/** How much of the sessions lives in this process's memory; nothing where the process keeps no memos. */
@Injectable()
export class MemoGauges {
  constructor(@Inject(Registry) registry: Registry, @Optional() memos?: MemoService) {
    const gauge = (name: string, help: string, read: (memos: MemoService) => number) =>
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(memos ? read(memos) : 0);
        },
      });
    gauge('parley_memo_live_sessions', 'Sessions with a live memo.', ({ liveSessions }) => liveSessions);
    gauge('parley_memo_pending_bytes', 'Changes not durable yet, about.', ({ pendingBytes }) => pendingBytes);
  }
}
