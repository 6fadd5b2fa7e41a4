import { Inject, Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject, jsonPointer, type JsonValue } from '../../common/json';
import { type ErrorIssue, ParleyError } from '../../common/parley-error';
import { PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';
import { type Agent, OVERRIDABLE_FIELDS } from '../agent';
import { toAgent } from '../base/agent-entry';
import { TOOL_PATTERN } from '../base/agent-settings';
import { BaseAgents } from '../base/base-agents';
import { mergedFields } from '../base/merged-fields';
import { overrideIssues } from '../base/override-entry';
import { PromptRenderer } from '../prompts/prompt-renderer';
import type { SessionRoster } from '../resolution/session-roster';
import { parseRecordName } from '../state/agent-records';
import { customAgentIssues } from './custom-agent-entry';
import type { OverridePatch } from './plan-override';

/** More issues than this help nobody. */
const MAX_ISSUES = 32;

/** What may be set from outside: shapes, sizes, patterns, templates and tools. */
@Injectable()
export class AgentRules {
  constructor(
    private readonly renderer: PromptRenderer,
    private readonly base: BaseAgents,
    @Inject(PARLEY_CONFIG) private readonly config: Pick<ParleyConfig, 'agents'>,
  ) {}

  /**
   * Takes a change of overrides: at least one field, null where it is to be cleared.
   * @throws ParleyError `validation_failed`, `template_invalid`
   */
  async overrides(value: unknown, path = ''): Promise<OverridePatch> {
    const patch = objectAt(value, path);
    const issues = overrideIssues(patch, path);
    const isEmpty = OVERRIDABLE_FIELDS.every((field) => patch[field] === undefined);
    if (isEmpty && issues.length === 0) {
      issues.push({ path, message: `must have one of ${OVERRIDABLE_FIELDS.join(', ')}` });
    }
    refuseIfAny(issues);
    await this.checkTemplates(patch, ['prompt', 'greeting'], path);
    return patch;
  }

  /** Bounds that only the merged value shows. @throws ParleyError `validation_failed` */
  checkMerged(records: ReadonlyMap<string, JsonValue>): void {
    for (const [name, value] of records) {
      const record = parseRecordName(name);
      if (record?.kind === 'override') refuseIfAny(overrideIssues({ [record.field]: value }, ''));
    }
  }

  /**
   * Takes a custom agent: a name and a prompt, and whatever stands over the defaults of the base agents.
   * @throws ParleyError `validation_failed`, `template_invalid`
   */
  async customAgent(value: unknown, path = ''): Promise<Agent> {
    const definition = objectAt(value, path);
    const { prompt, ...own } = definition;
    const fields = mergedFields(this.base.defaults, own);
    refuseIfAny(customAgentIssues(definition, fields, path));
    await this.checkTemplates(definition, ['prompt', 'greeting', 'returnGreeting'], path);
    const agent = toAgent(fields, prompt as string);
    return { ...agent, handoff: { trigger: agent.handoff.trigger, isEntryPoint: false } };
  }

  /**
   * Tools must be known: named by a base agent, or a handoff of the session; unless the registry is open.
   * @throws ParleyError `unknown_tool`
   */
  checkTools(tools: JsonValue | undefined, roster?: SessionRoster, path = '/tools'): void {
    if (!Array.isArray(tools) || this.config.agents.toolsOpen) return;
    const isKnown = (tool: string) => this.base.tools.has(tool) || roster?.handoffs().has(tool);
    const issues = (tools as readonly string[]).flatMap((tool, index) =>
      isKnown(tool) ? [] : [{ path: `${path}/${index}`, message: 'is not a known tool' }],
    );
    if (issues.length > 0) throw new ParleyError('unknown_tool', 'No agent has such a tool.', { errors: issues });
  }

  /** @throws ParleyError `validation_failed` */
  checkToolName(tool: string, path = '/tool'): void {
    if (TOOL_PATTERN.test(tool)) return;
    refuse([{ path, message: 'must be a tool name: letters, digits, _ and -, at most 64' }]);
  }

  private async checkTemplates(value: JsonObject, fields: readonly string[], path: string): Promise<void> {
    for (const field of fields) {
      const text = value[field];
      if (typeof text === 'string') await this.renderer.check(text, path + jsonPointer(field));
    }
  }
}

export function objectAt(value: unknown, path: string): JsonObject {
  if (isJsonObject(value)) return value;
  return refuse([{ path, message: 'must be an object' }]);
}

/** @throws ParleyError `validation_failed` */
export function refuse(issues: readonly ErrorIssue[]): never {
  throw new ParleyError('validation_failed', 'The agents do not fit their rules.', {
    errors: issues.slice(0, MAX_ISSUES),
  });
}

/** @throws ParleyError `validation_failed` */
export function refuseIfAny(issues: readonly ErrorIssue[]): void {
  if (issues.length > 0) refuse(issues);
}
