import { systemClock } from '../../../src/common/clock';
import type { ParleyError } from '../../../src/common/parley-error';
import type { ModelLimits, VendorModelConfig } from '../../../src/config/parley-config';
import type { ChatEvent, ChatModel, ChatRequest } from '../../../src/orchestration/models';
import { vendorModel } from '../../../src/orchestration/models/openai/vendor-model';
import type { ChatServer } from './chat-server';

export const KEY = 'key-of-the-model';

const LIMITS: ModelLimits = { firstTokenTimeoutMs: 5000, stallTimeoutMs: 5000, timeoutMs: 5000, maxRetries: 2 };

export function modelAt(
  server: ChatServer,
  config: Partial<VendorModelConfig> = {},
  limits: Partial<ModelLimits> = {},
): ChatModel {
  const whole: VendorModelConfig = {
    provider: 'openai',
    api: 'chat',
    baseUrl: `${server.url}/v1`,
    apiKey: KEY,
    apiVersion: undefined,
    deployment: undefined,
    limits: { ...LIMITS, ...limits },
    ...config,
  };
  return vendorModel(whole, systemClock);
}

export function ask(request: Partial<ChatRequest> = {}): ChatRequest {
  return {
    settings: { deployment: 'gpt-4.1' },
    messages: [{ role: 'user', content: 'My secret is the seventh bell.' }],
    tools: [],
    signal: new AbortController().signal,
    ...request,
  };
}

export const BALANCE_TOOL = {
  name: 'get_account_balance',
  description: 'Balance of an account.',
  parameters: { type: 'object', properties: { account: { type: 'string' } }, required: ['account'] },
};

export async function collect(events: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const all: ChatEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

export function textOf(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}

/** What came before an answer failed, and how it did. */
export async function failing(events: AsyncIterable<ChatEvent>): Promise<{ before: ChatEvent[]; error: ParleyError }> {
  const before: ChatEvent[] = [];
  try {
    for await (const event of events) before.push(event);
  } catch (error) {
    return { before, error: error as ParleyError };
  }
  throw new Error('The answer did not fail.');
}
