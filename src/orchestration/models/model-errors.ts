import { ParleyError } from '../../common/parley-error';

/** What a later attempt may mend. It knows when, where the service has said so. */
export class ModelUnavailable extends ParleyError {
  constructor(
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super('model_unavailable', message);
  }
}

export function brokenOff(): ModelUnavailable {
  return new ModelUnavailable("The language model's answer broke off before its end.");
}

export function modelRefused(why: string): ParleyError {
  return new ParleyError('model_refused', `The language model's service refuses the request: ${why}.`);
}

/** Nothing of the answer was let through; an answer that is cut in the middle ends with the reason `content_filter`. */
export function filtered(): ParleyError {
  return modelRefused('its content filter let nothing of an answer through');
}
