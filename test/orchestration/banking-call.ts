import { join } from 'node:path';
import type { JsonObject, JsonValue } from '../../src/common/json';
import { BankingToolsModule } from '../../src/orchestration/banking-tools';
import type { ToolRegistry } from '../../src/orchestration/tools';
import { readProfilesFile } from '../../src/session-loader/profiles-file';
import { ManualClock } from '../support/manual-clock';
import { contextOf, sessionOf, toolHost } from './tools.harness';

export const PROFILES = join(__dirname, '../../config/profiles/customers.yaml');

/** A call with an invented customer: what tools give back is kept as the memo keeps it. */
export class BankingCall {
  readonly outputs: Record<string, JsonValue> = {};

  private constructor(
    readonly registry: ToolRegistry,
    readonly clock: ManualClock,
    readonly context: JsonObject,
    readonly sessionId: string,
  ) {}

  /** Wednesday, 2027-01-20, noon. @param clientId nobody is recognised where there is none */
  static async with(clientId?: string, sessionId = 'call-1'): Promise<BankingCall> {
    const clock = new ManualClock(Date.UTC(2027, 0, 20, 12));
    const { registry } = await toolHost([BankingToolsModule], clock);
    const profiles = await readProfilesFile(PROFILES);
    const profile = profiles.find((one) => one.client_id === clientId);
    const context: JsonObject = profile
      ? {
          session_profile: profile,
          client_id: profile.client_id,
          caller_name: profile.full_name,
          customer_intelligence: profile.customer_intelligence,
        }
      : {};
    return new BankingCall(registry, clock, context, sessionId);
  }

  static async verified(clientId: string, sessionId?: string): Promise<BankingCall> {
    const call = await BankingCall.with(clientId, sessionId);
    call.outputs['verify_identity'] = { verified: true, attempts: 1 };
    return call;
  }

  async run(tool: string, args: JsonObject = {}): Promise<JsonObject> {
    const session = sessionOf(this.context, this.outputs, this.sessionId);
    const result = await this.registry.run(tool, JSON.stringify(args), contextOf(session));
    if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
    this.outputs[tool] = result.output;
    return result.output as JsonObject;
  }
}
