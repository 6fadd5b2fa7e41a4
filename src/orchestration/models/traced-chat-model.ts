import { type Attributes, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { isParleyError } from '../../common/parley-error';
import type { VendorModelConfig } from '../../config/parley-config';
import { OUTCOME } from '../../telemetry/attributes';
import { endSpan, placeOfSpan } from '../../telemetry/parentage';
import type { ChatEvent, ChatModel, ChatRequest } from './chat-model';

/** Names that the semantic conventions for GenAI, still in development, give to vendors. */
const PROVIDERS = { openai: 'openai', azure: 'azure.ai.openai' } as const;

/** A span for each answer, by the semantic conventions for GenAI: settings and figures, and no word of what was said. */
export class TracedChatModel implements ChatModel {
  constructor(
    private readonly model: ChatModel,
    private readonly tracer: Tracer,
    private readonly config: Pick<VendorModelConfig, 'provider' | 'deployment'>,
  ) {}

  get name(): string {
    return this.model.name;
  }

  stream(request: ChatRequest): AsyncIterable<ChatEvent> {
    return { [Symbol.asyncIterator]: () => this.answer(request) };
  }

  /** Not a generator: `return` must reach the model while a `next` is under way. */
  private answer(request: ChatRequest): AsyncIterator<ChatEvent> {
    const span = this.start(request);
    const events = this.model.stream(request)[Symbol.asyncIterator]();
    return {
      next: async () => {
        try {
          const next = await events.next();
          if (next.done) finish(span, request.signal.aborted ? 'aborted' : 'ok');
          else if (next.value.type === 'end') span.setAttributes(endAttributes(next.value));
          return next;
        } catch (error) {
          fail(span, isParleyError(error) ? error.code : 'internal_error');
          throw error;
        }
      },
      return: async () => {
        finish(span, 'aborted');
        return (await events.return?.()) ?? { done: true, value: undefined };
      },
    };
  }

  private start({ settings }: ChatRequest): Span {
    const model = this.config.deployment ?? settings.deployment ?? 'unknown';
    const { parent, links } = placeOfSpan();
    const attributes: Attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': PROVIDERS[this.config.provider],
      'gen_ai.request.model': model,
      'gen_ai.request.temperature': settings.temperature,
      'gen_ai.request.top_p': settings.topP,
      'gen_ai.request.max_tokens': settings.maxTokens,
    };
    return this.tracer.startSpan(`chat ${model}`, { kind: SpanKind.CLIENT, attributes, links }, parent);
  }
}

function endAttributes({ reason, usage }: Extract<ChatEvent, { type: 'end' }>): Attributes {
  return {
    'gen_ai.response.finish_reasons': [reason],
    'gen_ai.usage.input_tokens': usage?.inputTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
  };
}

function fail(span: Span, code: string): void {
  span.setAttribute(ATTR_ERROR_TYPE, code).setStatus({ code: SpanStatusCode.ERROR });
  finish(span, code);
}

/** Who stops reading at the end calls `return` as well: by then it has ended, and one that is not recorded never counts. */
function finish(span: Span, outcome: string): void {
  if (!span.isRecording()) return;
  span.setAttribute(OUTCOME, outcome);
  endSpan(span);
}
