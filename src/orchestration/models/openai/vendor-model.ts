import type { Clock } from '../../../common/clock';
import type { VendorModelConfig } from '../../../config/parley-config';
import type { ChatModel } from '../chat-model';
import { VendorChatModel } from '../vendor/vendor-chat-model';
import { ChatCompletionsApi } from './chat-completions-api';
import { openClient } from './open-client';
import { ResponsesApi } from './responses-api';

/** The model that the configuration names, through the official client. */
export function vendorModel(config: VendorModelConfig, clock: Clock): ChatModel {
  const client = openClient(config);
  if (config.api === 'chat') {
    return new VendorChatModel(new ChatCompletionsApi(client, config, clock), config.limits, clock);
  }
  return new VendorChatModel(new ResponsesApi(client, config, clock), config.limits, clock);
}
