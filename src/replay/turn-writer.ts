import type { JsonObject } from '../common/json';
import type { ClientOp } from '../store/ops';
import type { ReceiptAnswer } from './session-answers';

/** The way by which calls reach the service. All of its methods throw RequestFailed. */
export interface TurnWriter {
  /** What was sent again. */
  readonly retries: number;
  /** Gives the session's first revision. */
  open(sessionId: string, context: JsonObject): Promise<number>;
  /** Resolves once the turn is durable. */
  apply(sessionId: string, idempotencyKey: string, ops: readonly ClientOp[]): Promise<ReceiptAnswer>;
  /** No further turn is written to this session. */
  leave(sessionId: string): Promise<void>;
  /** No session is open here any more. */
  close(): Promise<void>;
}
