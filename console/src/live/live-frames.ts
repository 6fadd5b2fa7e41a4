import type {
  AttachedFrame,
  ChangeFrame,
  ClosedFrame,
  ErrorFrame,
  OverBudgetFrame,
  SessionsFrame,
  StateFrame,
} from '../api/types';

/** What the console understands of what the live channel sends. */
export type LiveFrame =
  AttachedFrame | StateFrame | ChangeFrame | OverBudgetFrame | ClosedFrame | ErrorFrame | SessionsFrame;

const UNDERSTOOD: ReadonlySet<unknown> = new Set<LiveFrame['type']>([
  'attached',
  'state',
  'change',
  'overBudget',
  'closed',
  'error',
  'sessions',
]);

/** A frame, trusted to be as the service's AsyncAPI document says; undefined for all that is of no interest here. */
export function readFrame(data: unknown): LiveFrame | undefined {
  if (typeof data !== 'string') return undefined;
  const frame = JSON.parse(data) as { readonly type?: unknown };
  return UNDERSTOOD.has(frame.type) ? (frame as LiveFrame) : undefined;
}
