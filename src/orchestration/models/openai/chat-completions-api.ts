import type { OpenAI } from 'openai';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { Clock } from '../../../common/clock';
import { OPENAI_BASE_URL, type VendorModelConfig } from '../../../config/parley-config';
import type { ChatRequest } from '../chat-model';
import type { ModelApi } from '../vendor/model-api';
import { apiFailure } from './api-failure';
import { chatParams, type MaxTokensName } from './chat-params';
import { ChatReader } from './chat-reader';
import { deploymentOf } from './deployment';

/** Chat Completions, of OpenAI, of Azure OpenAI, and of the many servers that speak the same. */
export class ChatCompletionsApi implements ModelApi<ChatCompletionChunk> {
  readonly name: string;
  private readonly maxTokensName: MaxTokensName;

  constructor(
    private readonly client: OpenAI,
    private readonly config: VendorModelConfig,
    private readonly clock: Clock,
  ) {
    this.name = `Chat Completions at ${new URL(config.baseUrl).host}`;
    const isOpenAis = config.provider === 'azure' || new URL(config.baseUrl).host === new URL(OPENAI_BASE_URL).host;
    this.maxTokensName = isOpenAis ? 'max_completion_tokens' : 'max_tokens';
  }

  async open(request: ChatRequest, signal: AbortSignal): Promise<AsyncIterable<ChatCompletionChunk>> {
    const params = chatParams(request, deploymentOf(this.config, request.settings), this.maxTokensName);
    return this.client.chat.completions.create(params, { signal });
  }

  reader(): ChatReader {
    return new ChatReader();
  }

  failure(error: unknown) {
    return apiFailure(error, this.clock);
  }
}
