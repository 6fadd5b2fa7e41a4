import { Inject, Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { MemoService } from './memo.service';

/** How much of the sessions lives in this process's memory. */
@Injectable()
export class MemoGauges {
  constructor(@Inject(Registry) registry: Registry, memos: MemoService) {
    const gauge = (name: string, help: string, read: (memos: MemoService) => number) =>
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read(memos));
        },
      });
    gauge('parley_memo_live_sessions', 'Sessions with a live memo.', ({ liveSessions }) => liveSessions);
    gauge('parley_memo_pending_bytes', 'Changes not durable yet, about.', ({ pendingBytes }) => pendingBytes);
  }
}
