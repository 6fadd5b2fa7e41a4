import type { VendorModelConfig } from '../../../config/parley-config';
import type { ModelSettings } from '../../../session-agents';
import { modelRefused } from '../model-errors';

/**
 * The model to ask for. For Azure, whose client puts it into the path as it is, it is written so that it can be no more
 * than one member of a path.
 * @throws ParleyError `model_refused` where neither the configuration nor the agent names one
 */
export function deploymentOf(config: VendorModelConfig, settings: ModelSettings): string {
  const deployment = config.deployment ?? settings.deployment;
  if (deployment === undefined) throw modelRefused('the agent names no deployment, nor does MODEL_DEPLOYMENT');
  return config.provider === 'azure' ? encodeURIComponent(deployment) : deployment;
}
