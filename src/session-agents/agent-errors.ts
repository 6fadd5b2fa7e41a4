import { ParleyError } from '../common/parley-error';

/** More names than this help nobody. */
const MAX_NAMES = 50;

/** The refusals that several places share: same failure, same words. */
export const agentErrors = {
  agentNotFound: (known: Iterable<string>) =>
    new ParleyError('agent_not_found', `There is no such agent. Known are: ${list(known)}.`),
  handoffNotFound: (known: Iterable<string>) =>
    new ParleyError('handoff_not_found', `No agent takes this handoff. Known are: ${list(known)}.`),
};

function list(names: Iterable<string>): string {
  const all = [...names];
  const shown = all.slice(0, MAX_NAMES).join(', ');
  return all.length > MAX_NAMES ? `${shown}, and ${all.length - MAX_NAMES} more` : shown;
}
