import { type CanActivate, Inject, Injectable } from '@nestjs/common';
import { ParleyError } from '../common/parley-error';

/** Lets a request into the session agents, or says why not. The container decides which one there is. */
export interface FeatureState {
  /** @throws ParleyError `feature_disabled` */
  admit(): void;
}

export const SESSION_AGENTS_STATE = Symbol('SESSION_AGENTS_STATE');

export const switchedOn: FeatureState = { admit: () => undefined };

export const switchedOff: FeatureState = {
  admit: () => {
    throw new ParleyError(
      'feature_disabled',
      'Sessions have no agents of their own here: SESSION_AGENT_OVERRIDES_ENABLED is false.',
    );
  },
};

/** Stands before the routes that need sessions to have agents of their own. */
@Injectable()
export class SessionAgentsGate implements CanActivate {
  constructor(@Inject(SESSION_AGENTS_STATE) private readonly state: FeatureState) {}

  canActivate(): boolean {
    this.state.admit();
    return true;
  }
}
