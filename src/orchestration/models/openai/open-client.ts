import { AzureOpenAI, OpenAI } from 'openai';
import type { VendorModelConfig } from '../../../config/parley-config';

/** Servers of one's own ask for no key, the client for any. */
const NO_KEY = 'none';

/**
 * The official client without what it would do by itself: it neither tries again, nor reads the environment, nor logs
 * (of a line that is not JSON it prints the text).
 */
export function openClient({ provider, baseUrl, apiKey, apiVersion, limits }: VendorModelConfig): OpenAI {
  const options = {
    apiKey: apiKey ?? NO_KEY,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: limits.timeoutMs,
    logLevel: 'off',
  } as const;
  const base = baseUrl.replace(/\/+$/, '');
  if (provider === 'openai') return new OpenAI({ ...options, baseURL: base });
  return new AzureOpenAI({ ...options, baseURL: `${base}/openai`, apiVersion: apiVersion ?? '' });
}
