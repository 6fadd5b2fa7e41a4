import { Injectable } from '@nestjs/common';
import { isJsonObject, jsonPointer, type JsonValue } from '../../common/json';
import { type ErrorIssue, ParleyError } from '../../common/parley-error';
import { type AgentOverrides, OVERRIDABLE_FIELDS } from '../agent';
import { agentErrors } from '../agent-errors';
import { BaseAgents } from '../base/base-agents';
import { AgentRules } from '../changes/agent-rules';
import type { OverridePatch } from '../changes/plan-override';
import { MERGED_FIELDS, patched } from '../resolution/merge-agent';
import {
  type Experiment,
  type ExperimentDefinition,
  type GuardRail,
  INTERRUPTION_RATE,
  type Variant,
} from './experiment';
import type { ExperimentChanges, GivenGuardRail, GivenVariant, NewExperiment } from './given-experiment';

/** What the parts of an experiment must be to each other and to the agents. */
@Injectable()
export class ExperimentRules {
  constructor(
    private readonly base: BaseAgents,
    private readonly agents: AgentRules,
  ) {}

  /** @throws ParleyError `agent_not_found`, `validation_failed`, `template_invalid`, `unknown_tool` */
  async definition(given: NewExperiment): Promise<ExperimentDefinition> {
    const agent = this.agent(given.agent);
    const variants = await this.variants(given.variants);
    return {
      description: given.description ?? '',
      agent,
      variants,
      control: this.control(given.control, variants),
      traffic: given.traffic ?? 1,
      guardRails: this.guardRails(given.guardRails ?? []),
    };
  }

  /** The fields that are given, and those that follow from them. @throws as {@link definition} */
  async changes(current: Experiment, given: ExperimentChanges): Promise<Partial<ExperimentDefinition>> {
    const { description, traffic, guardRails } = given;
    return {
      ...(description !== undefined && { description }),
      ...(traffic !== undefined && { traffic }),
      ...(guardRails && { guardRails: this.guardRails(guardRails) }),
      ...(current.status === 'draft' && (await this.draft(current, given))),
    };
  }

  private async draft(current: Experiment, given: ExperimentChanges): Promise<Partial<ExperimentDefinition>> {
    const variants = given.variants ? await this.variants(given.variants) : current.variants;
    const stays = variants.some(({ name }) => name === current.control) ? current.control : undefined;
    return {
      variants,
      control: this.control(given.control ?? stays, variants),
      ...(given.agent !== undefined && { agent: this.agent(given.agent) }),
    };
  }

  /** The agent's name as it is known. @throws ParleyError `agent_not_found` */
  agent(name: string): string {
    const agent = this.base.get(name);
    if (!agent) throw agentErrors.agentNotFound(this.base.names());
    return agent.name;
  }

  private async variants(given: readonly GivenVariant[]): Promise<Variant[]> {
    const names = given.map(({ name }) => name);
    refuseIf(names.flatMap((name, index) => (names.indexOf(name) < index ? [sameName(index)] : [])));
    const variants: Variant[] = [];
    for (const [index, { name, weight, overrides }] of given.entries()) {
      const path = jsonPointer('variants', index, 'overrides');
      variants.push({ name, weight, overrides: await this.overrides(overrides ?? {}, path) });
    }
    return variants;
  }

  /** The variant that the others are compared with: the first one, unless it is named. */
  private control(given: string | undefined, variants: readonly Variant[]): string {
    if (given === undefined) return (variants[0] as Variant).name;
    const known = variants.some(({ name }) => name === given);
    refuseIf(known ? [] : [{ path: '/control', message: 'must be the name of one of the variants' }]);
    return given;
  }

  private guardRails(given: readonly GivenGuardRail[]): GuardRail[] {
    refuseIf(given.flatMap((one, index) => faultsOf(one, jsonPointer('guardRails', index))));
    return given.map(guardRailOf);
  }

  private async overrides(given: unknown, path: string): Promise<AgentOverrides> {
    // As a change of overrides it would be none; of a control it is all there is.
    if (isJsonObject(given) && Object.keys(given).length === 0) return {};
    const checked = await this.agents.overrides(given, path);
    this.agents.checkTools(checked.tools, undefined, `${path}/tools`);
    return overridesOf(checked);
  }
}

/** A patch as the whole of the overrides: null, which takes back, has nothing to take back here. */
function overridesOf(patch: OverridePatch): AgentOverrides {
  const fields = OVERRIDABLE_FIELDS.flatMap((field): [string, JsonValue][] => {
    const value = patch[field];
    if (value === undefined || value === null) return [];
    const isMerged = (MERGED_FIELDS as readonly string[]).includes(field);
    return [[field, isMerged && isJsonObject(value) ? patched(undefined, value) : value]];
  });
  return Object.fromEntries(fields);
}

function guardRailOf({ stage, percentile, metric, bound, ratioToControl, minSamples }: GivenGuardRail): GuardRail {
  const limits = {
    ...(bound !== undefined && { bound }),
    ...(ratioToControl !== undefined && { ratioToControl }),
    minSamples,
  };
  return stage === undefined
    ? { metric: metric ?? INTERRUPTION_RATE, ...limits }
    : { stage, percentile: percentile ?? 'p95', ...limits };
}

function faultsOf({ stage, percentile, metric, bound, ratioToControl }: GivenGuardRail, path: string): ErrorIssue[] {
  const faults: ErrorIssue[] = [];
  const fault = (message: string, at = path) => faults.push({ path: at, message });
  if ((stage === undefined) === (metric === undefined)) fault('must have a stage or a metric, and not both');
  if (metric !== undefined && percentile !== undefined) fault('is of a stage only', `${path}/percentile`);
  if (bound === undefined && ratioToControl === undefined) fault('must have a bound, a ratioToControl, or both');
  return faults;
}

function sameName(index: number): ErrorIssue {
  return { path: jsonPointer('variants', index, 'name'), message: 'is the name of another variant' };
}

function refuseIf(errors: readonly ErrorIssue[]): void {
  if (errors.length > 0)
    throw new ParleyError('validation_failed', 'The experiment does not fit together.', { errors });
}
