export type DifferenceKind =
  | 'message missing'
  | 'message doubled'
  | 'message unknown'
  | 'message out of order'
  | 'message number'
  | 'missing'
  | 'unknown'
  | 'other value'
  | 'sample count'
  | 'figure'
  | 'request failed';

/** Where a session is not what was played into it. Names and numbers only: never what was said. */
export interface Difference {
  readonly callId: string;
  readonly where: string;
  readonly kind: DifferenceKind;
  readonly detail?: string;
}

/** A difference whose call is known to whoever asked. */
export type Finding = Omit<Difference, 'callId'>;
