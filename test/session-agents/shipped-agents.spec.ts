import { type JsonObject, type JsonValue } from '../../src/common/json';
import { readConfig } from '../../src/config/parley-config';
import type { Agent } from '../../src/session-agents/agent';
import type { BaseAgents } from '../../src/session-agents/base/base-agents';
import { readBaseAgents } from '../../src/session-agents/base/read-base-agents';
import { LIMITS } from '../../src/session-agents/agent-limits';
import { PromptRenderer } from '../../src/session-agents/prompts/prompt-renderer';
import { type ProfileContext, type ProfileProvider, SessionLoader } from '../../src/session-loader';
import { readProfilesFile } from '../../src/session-loader/profiles-file';

const TRIGGERS = {
  AuthAgent: 'handoff_authentication',
  CardAgent: 'handoff_card_agent',
  Concierge: 'handoff_concierge',
  FraudAgent: 'handoff_fraud_agent',
  InvestmentAgent: 'handoff_investment_agent',
};
const TOOLS = [
  'get_account_balance',
  'get_recent_transactions',
  'verify_identity',
  'send_verification_code',
  'block_card',
  'send_replacement_card',
  'open_fraud_case',
  'dispute_transaction',
  'transfer_funds',
  'schedule_callback',
  'get_portfolio_summary',
  'get_quote',
  'update_contact_details',
  'escalate_to_human',
];

const REASON = 'Asked about a "refund" that isn\'t there: 12 € & more';
const SUMMARY = 'Two payments were named, one is settled.';

/** A call that has been going on for a while. */
const UNDER_WAY: JsonObject = {
  slots: { card_last_4: '4411', amount: 89.99, shops: ['Northwind', 'Tailspin'], is_abroad: false },
  tool_outputs: {
    verify_identity: { verified: true, attempts: 1 },
    get_recent_transactions: [{ shop: 'Northwind', amount: 89.99 }],
    get_portfolio_summary: { total: 45230.18 },
  },
  handoff_context: { reason: REASON, summary: SUMMARY, previous_agent: 'CardAgent', card_last_4: '4411' },
  visited_agents: ['Concierge', 'CardAgent'],
};
/** A call that has just been handed over by nobody, with nothing said. */
const JUST_BEGUN: JsonObject = { slots: {}, tool_outputs: {}, handoff_context: { previous_agent: null } };

const NOWHERE: ProfileProvider = {
  name: 'nowhere',
  findByEmail: () => Promise.resolve(undefined),
  findByClientId: () => Promise.resolve(undefined),
};

/** What looks wrong in a rendered text. */
const BLEMISHES: readonly RegExp[] = [
  /\{\{|\{%|%\}|\}\}/,
  /\n[^\S\n]*\n[^\S\n]*\n/,
  /\S {2,}\S/,
  / [,.;:?!)]/,
  /[^\S\n]$/m,
  /^\s|\s\s$/,
  /,,|\(\)/,
  /undefined|\[object|NaN/,
];

describe('The agents that ship', () => {
  let agents: BaseAgents;
  let contexts: readonly ProfileContext[];
  let renderer: PromptRenderer;

  beforeAll(async () => {
    const config = readConfig({});
    renderer = new PromptRenderer(config);
    agents = await readBaseAgents('config/agents', config.templates);
    const loader = new SessionLoader(NOWHERE);
    contexts = (await readProfilesFile('config/profiles/customers.yaml')).map((profile) => loader.contextOf(profile));
  });
  afterAll(() => renderer.onApplicationShutdown());

  /** No caller, and each of the known ones. */
  const callers = (): readonly JsonObject[] => [
    {},
    ...contexts.map((context): JsonObject => ({ ...context, profile: context.session_profile })),
  ];

  const render = (agent: Agent, text: string, ...scopes: readonly JsonObject[]): Promise<string> => {
    const scope = Object.assign({}, ...scopes, { agent_name: agent.name, ...agent.templateVars }) as JsonObject;
    return renderer.render(text, scope);
  };

  it('are five, each with a trigger, and calls begin with the concierge', () => {
    const triggers = agents.all().map(({ name, handoff }) => [name, handoff.trigger]);
    expect(Object.fromEntries(triggers)).toEqual(TRIGGERS);
    expect(agents.entryPoint.name).toBe('Concierge');
    expect(agents.all().filter(({ handoff }) => handoff.isEntryPoint)).toHaveLength(1);
  });

  it('hand over to agents that exist, and never to themselves', () => {
    for (const { name, tools } of agents.all()) {
      const targets = tools.filter((tool) => tool.startsWith('handoff_')).map((tool) => agents.handoffs.get(tool));
      expect(targets).not.toHaveLength(0);
      expect(targets).not.toContain(undefined);
      expect(targets).not.toContain(name);
    }
  });

  it('have every tool between them and no other', () => {
    const own = new Set(agents.all().flatMap(({ tools }) => tools.filter((tool) => !tool.startsWith('handoff_'))));
    expect([...own].sort()).toEqual([...TOOLS].sort());
    expect(agents.get('FraudAgent')?.tools).toContain('block_card');
  });

  it('are told about each tool they have and about none that they lack', () => {
    const known = [...TOOLS, ...Object.values(TRIGGERS)];
    for (const { tools, prompt } of agents.all()) {
      const text = prompt.replace(/\{[{%][\s\S]*?[}%]\}/g, '');
      const named = known.filter((tool) => new RegExp(`\\b${tool}\\b`).test(text));
      expect(named.sort()).toEqual([...tools].sort());
    }
  });

  it('differ in name, voice and words', () => {
    const distinct = (of: (agent: Agent) => unknown): number => new Set(agents.all().map(of)).size;
    expect(distinct(({ voice }) => voice.name)).toBe(5);
    expect(distinct(({ greeting }) => greeting)).toBe(5);
    expect(distinct(({ returnGreeting }) => returnGreeting)).toBe(5);
    expect(distinct(({ description }) => description)).toBe(5);
  });

  it('keep their prompts within what a prompt may hold', () => {
    for (const { prompt } of agents.all()) expect(Buffer.byteLength(prompt)).toBeLessThanOrEqual(LIMITS.promptBytes);
  });

  it('never name an institution themselves', () => {
    for (const { prompt, greeting, returnGreeting } of agents.all()) {
      expect([prompt, greeting, returnGreeting].join('\n')).not.toMatch(/Contoso|Fabrikam|Woodgrove/i);
    }
  });

  describe.each([
    ['with nothing but the caller', {}],
    ['when it has just begun', JUST_BEGUN],
    ['when it is under way', UNDER_WAY],
  ])('in a call %s', (_, call) => {
    it('speak without a blemish, whoever calls', async () => {
      for (const agent of agents.all()) {
        const texts = callers().flatMap((caller) =>
          [agent.prompt, agent.greeting, agent.returnGreeting].map((text) => render(agent, text, caller, call)),
        );
        for (const text of await Promise.all(texts)) {
          expect(text).not.toBe('');
          expect(BLEMISHES.flatMap((blemish) => blemish.exec(text)?.[0] ?? [])).toEqual([]);
        }
      }
    });

    it('know the caller and the institution', async () => {
      for (const caller of contexts) {
        for (const agent of agents.all()) {
          const prompt = await render(agent, agent.prompt, caller, call);
          expect(prompt).toContain(caller.caller_name);
          expect(prompt).toContain(caller.institution_name);
          expect(prompt).toContain(relationshipTier(caller));
        }
      }
    });
  });

  it('render without their own variables too', async () => {
    for (const { prompt } of agents.all()) {
      for (const caller of callers()) {
        const text = await renderer.render(prompt, { ...caller, ...UNDER_WAY });
        expect(BLEMISHES.flatMap((blemish) => blemish.exec(text)?.[0] ?? [])).toEqual([]);
      }
    }
  });

  it('pass on why the call came to them, and what has been collected', async () => {
    for (const agent of agents.all()) {
      const prompt = await render(agent, agent.prompt, UNDER_WAY);
      expect(prompt).toContain(`Reason: ${REASON}`);
      expect(prompt).toContain(`Summary: ${SUMMARY}`);
      expect(prompt).toContain('- card last 4: "4411"\n- amount: 89.99\n- shops: ["Northwind","Tailspin"]');
      expect(await render(agent, agent.prompt, JUST_BEGUN)).not.toMatch(/Reason:|Summary:/);
    }
  });

  it('have no account data in a prompt before the caller is verified', async () => {
    const failed = { tool_outputs: { verify_identity: { verified: false, attempts: 2 } } };
    for (const caller of callers().slice(1)) {
      const secrets = accountData(caller);
      expect(secrets).not.toHaveLength(0);
      for (const agent of agents.all()) {
        for (const call of [JUST_BEGUN, failed]) {
          const prompt = await render(agent, agent.prompt, caller, call);
          expect(secrets.filter((secret) => prompt.includes(secret))).toEqual([]);
        }
      }
    }
  });

  it('do not take the word of a caller for a verification', async () => {
    const claim = { slots: { identity_verified: true, verify_identity: { verified: true } } };
    for (const agent of agents.all()) {
      expect(await render(agent, agent.prompt, claim)).not.toMatch(/caller (?:is|has been) verified(?:[ ,:]|\.)/);
      expect(await render(agent, agent.prompt, UNDER_WAY)).toMatch(/caller (?:is|has been) verified/);
    }
  });

  it('bring a verified caller back to the agent that sent them', async () => {
    const gate = agents.get('AuthAgent') as Agent;
    const { tool_outputs } = UNDER_WAY as { readonly tool_outputs: JsonValue };
    for (const [name, trigger] of Object.entries(TRIGGERS).filter(([name]) => name !== gate.name)) {
      const call = { tool_outputs, handoff_context: { previous_agent: name } };
      expect(await render(gate, gate.prompt, call)).toContain(`and call ${trigger} now`);
    }
  });
});

function relationshipTier({ customer_intelligence }: ProfileContext): string {
  const known = customer_intelligence as { readonly relationship_context: { readonly relationship_tier: string } };
  return known.relationship_context.relationship_tier;
}

/** What only the customer may hear: card products, ends of cards as they are spoken, details of alerts, the phone. */
function accountData(caller: JsonObject): readonly string[] {
  const { contact_info, customer_intelligence } = caller['profile'] as {
    readonly contact_info: { readonly phone_last_4: string };
    readonly customer_intelligence: {
      readonly bank_profile: {
        readonly current_balance: number;
        readonly cards: readonly { readonly product: string; readonly last_4: string }[];
      };
      readonly active_alerts: readonly { readonly detail: string }[];
    };
  };
  const { bank_profile, active_alerts } = customer_intelligence;
  return [
    contact_info.phone_last_4,
    String(bank_profile.current_balance),
    ...bank_profile.cards.flatMap(({ product, last_4 }) => [product, last_4, [...last_4].join(', ')]),
    ...active_alerts.map(({ detail }) => detail),
  ];
}
