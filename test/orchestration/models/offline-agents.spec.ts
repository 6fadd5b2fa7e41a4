import { join } from 'node:path';
import { OfflineChatModel } from '../../../src/orchestration/models/offline/offline-chat-model';
import { readBaseAgents } from '../../../src/session-agents/base/read-base-agents';
import { ask, collect } from './models.harness';

/** The tool that the model calls at the first words of a caller, each of an agent's tools needing nothing. */
async function called(content: string, names: readonly string[]): Promise<string | undefined> {
  const tools = names.map((name) => ({ name, description: name, parameters: { type: 'object' } }));
  const events = await collect(new OfflineChatModel().stream(ask({ messages: [{ role: 'user', content }], tools })));
  return events.flatMap((event) => (event.type === 'toolCall' ? [event.call.name] : []))[0];
}

describe('the offline model with the shipped agents', () => {
  it('brings every wish to an agent of the shipped ones that has a tool for it, without running in a circle', async () => {
    const limits = { maxCharacters: 65_536, renderTimeoutMs: 500, memoryLimit: 1_000_000 };
    const agents = [...(await readBaseAgents(join(__dirname, '../../../config/agents'), limits)).all()];
    const wishes: [string, string][] = [
      ['What is my balance?', 'get_account_balance'],
      ['Block my card please', 'block_card'],
      ['I need a replacement card', 'send_replacement_card'],
      ['I want to dispute a charge', 'dispute_transaction'],
      ['This is fraud!', 'open_fraud_case'],
      ['How is my portfolio?', 'get_portfolio_summary'],
      ['Give me a quote', 'get_quote'],
      ['Transfer 50 dollars to my savings', 'transfer_funds'],
      ['I want to change my address', 'update_contact_details'],
      ['Call me back', 'schedule_callback'],
      ['Give me a supervisor', 'escalate_to_human'],
      ['I would like to verify my identity', 'verify_identity'],
    ];
    for (const start of agents) {
      for (const [wish, expected] of wishes) {
        let agent = start;
        let found = '';
        for (let step = 0; step < 4 && found !== expected; step += 1) {
          found = (await called(wish, agent.tools)) ?? 'nothing';
          agent = agents.find(({ handoff }) => handoff.trigger === found) ?? agent;
        }
        expect([start.name, wish, found]).toEqual([start.name, wish, expected]);
      }
    }
  });
});
