import { Injectable } from '@nestjs/common';
import type { JsonValue } from '../../common/json';
import type { Agent } from '../agent';
import type { SessionRoster } from '../resolution/session-roster';
import type { ImportedAgents } from './plan-import';
import type { OverridePatch } from './plan-override';

/** What may be set from outside: shapes, sizes, patterns, templates and tools. */
@Injectable()
export class AgentRules {
  /** @throws ParleyError `validation_failed`, `template_invalid` */
  async overrides(value: unknown, path = ''): Promise<OverridePatch> {
    throw new Error(`not there yet ${String(value)} ${path}`);
  }

  /** @throws ParleyError `unknown_tool` */
  checkTools(tools: JsonValue | undefined, roster?: SessionRoster, path = '/tools'): void {
    throw new Error(`not there yet ${String(tools)} ${String(roster)} ${path}`);
  }

  /** @throws ParleyError `validation_failed` */
  checkToolName(tool: string): void {
    throw new Error(`not there yet ${tool}`);
  }

  async customAgent(value: unknown): Promise<Agent> {
    throw new Error(`not there yet ${String(value)}`);
  }

  async imported(value: unknown): Promise<ImportedAgents> {
    throw new Error(`not there yet ${String(value)}`);
  }
}
