import type { OpenAI } from 'openai';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { Clock } from '../../../common/clock';
import type { VendorModelConfig } from '../../../config/parley-config';
import type { ChatRequest } from '../chat-model';
import type { ModelApi } from '../vendor/model-api';
import { apiFailure } from './api-failure';
import { deploymentOf } from './deployment';
import { responsesParams } from './responses-params';
import { ResponsesReader } from './responses-reader';

/** The Responses API, of OpenAI, of Azure OpenAI, and of servers that speak the same. */
export class ResponsesApi implements ModelApi<ResponseStreamEvent> {
  readonly name: string;

  constructor(
    private readonly client: OpenAI,
    private readonly config: VendorModelConfig,
    private readonly clock: Clock,
  ) {
    this.name = `Responses API at ${new URL(config.baseUrl).host}`;
  }

  async open(request: ChatRequest, signal: AbortSignal): Promise<AsyncIterable<ResponseStreamEvent>> {
    const params = responsesParams(request, deploymentOf(this.config, request.settings));
    return this.client.responses.create(params, { signal });
  }

  reader(): ResponsesReader {
    return new ResponsesReader();
  }

  failure(error: unknown) {
    return apiFailure(error, this.clock);
  }
}
