import type { Response, ResponseOutputItem, ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { ChatEvent } from '../chat-model';
import { filtered } from '../model-errors';
import type { AnswerReader } from '../vendor/model-api';
import { streamFailure, wordsOf } from './api-failure';

type End = Extract<ChatEvent, { type: 'end' }>;

/** Reads an answer of the Responses API. */
export class ResponsesReader implements AnswerReader<ResponseStreamEvent> {
  begun = false;
  end: End | undefined;
  private hasCalled = false;

  read(event: ResponseStreamEvent): readonly ChatEvent[] {
    switch (event.type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        return this.speak(event.delta);
      case 'response.function_call_arguments.delta':
        this.begun = true;
        return [];
      case 'response.output_item.done':
        return this.finishItem(event.item);
      case 'response.completed':
        this.end = endOf(event.response, this.hasCalled ? 'tool_calls' : 'stop');
        return [];
      case 'response.incomplete':
        return this.cut(event.response);
      case 'response.failed':
        throw streamFailure(wordsOf(event.response.error?.code));
      case 'error':
        throw streamFailure(wordsOf(event.code));
      default:
        return [];
    }
  }

  /** Words with which the model refuses are words for the caller as well. */
  private speak(text: string): ChatEvent[] {
    if (text === '') return [];
    this.begun = true;
    return [{ type: 'text', text }];
  }

  private finishItem(item: ResponseOutputItem): ChatEvent[] {
    if (item.type !== 'function_call' || item.status === 'incomplete') return [];
    this.begun = true;
    this.hasCalled = true;
    return [{ type: 'toolCall', call: { id: item.call_id, name: item.name, arguments: item.arguments || '{}' } }];
  }

  private cut(response: Response): ChatEvent[] {
    const reason = response.incomplete_details?.reason === 'content_filter' ? 'content_filter' : 'length';
    if (reason === 'content_filter' && !this.begun) throw filtered();
    this.end = endOf(response, reason);
    return [];
  }
}

function endOf({ usage }: Response, reason: End['reason']): End {
  if (!usage) return { type: 'end', reason };
  return { type: 'end', reason, usage: { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens } };
}
