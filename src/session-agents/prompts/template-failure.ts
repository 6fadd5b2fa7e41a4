import { ParleyError } from '../../common/parley-error';

/** @param reason never quotes a value */
export function templateFailed(reason: string, cause?: unknown): ParleyError {
  return new ParleyError('template_failed', `The template cannot be rendered: ${reason}`, { cause });
}

/** Says nothing against the template: it has not been looked at. */
export function templatesBusy(reason: string): ParleyError {
  return new ParleyError('templates_busy', `The template was not rendered: ${reason}`);
}
