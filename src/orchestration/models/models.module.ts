import { Global, Module } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { CLOCK, type Clock } from '../../common/clock';
import { PARLEY_CONFIG, type ParleyConfig, type VendorModelConfig } from '../../config/parley-config';
import { CHAT_MODEL, type ChatModel } from './chat-model';
import { OfflineChatModel } from './offline/offline-chat-model';

/** The client of the vendors' APIs takes a tenth of a second to load: whoever doesn't use it doesn't load it. */
function loadVendorModel(config: VendorModelConfig, clock: Clock): ChatModel {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { vendorModel } = require('./openai/vendor-model') as typeof import('./openai/vendor-model');
  return vendorModel(config, clock);
}

/** Telemetry that is off costs nothing: its packages aren't loaded. */
function traced(model: ChatModel, config: VendorModelConfig): ChatModel {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { TracedChatModel } = require('./traced-chat-model') as typeof import('./traced-chat-model');
  return new TracedChatModel(model, trace.getTracer('parley'), config);
}

function configuredModel({ model: config, telemetry }: ParleyConfig, clock: Clock): ChatModel {
  if (config.provider === 'offline') return new OfflineChatModel();
  const model = loadVendorModel(config, clock);
  return telemetry.otlpEndpoint === undefined ? model : traced(model, config);
}

/** Offers CHAT_MODEL, as MODEL_PROVIDER says. Needs PARLEY_CONFIG and CLOCK from global modules. */
@Global()
@Module({
  providers: [{ provide: CHAT_MODEL, inject: [PARLEY_CONFIG, CLOCK], useFactory: configuredModel }],
  exports: [CHAT_MODEL],
})
export class ModelsModule {}
