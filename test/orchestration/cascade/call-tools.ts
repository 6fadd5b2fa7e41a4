import { Injectable } from '@nestjs/common';
import { Tool, type ToolContext } from '../../../src/orchestration/tools';

const Nothing = { type: 'object', properties: {} };
const Account = { type: 'object', properties: { account: { type: 'string' } }, required: ['account'] };

/** Tools that do what tools do to a turn. */
@Injectable()
export class CallTools {
  /** How often each was begun. */
  readonly begun: string[] = [];
  /** Ends `slow`. */
  finish: (output: object) => void = () => undefined;

  @Tool({ name: 'balance', description: 'Balance of an account.', parameters: Account })
  balance({ account }: { account: string }): object {
    this.begun.push('balance');
    return { account, balance: 12 };
  }

  @Tool({ name: 'refuses', description: 'Refuses.', parameters: Nothing })
  refuses(): object {
    return { success: false, reason: 'There is no such card.' };
  }

  @Tool({ name: 'fails', description: 'Fails.', parameters: Nothing })
  fails(): never {
    throw new Error('card 4111 1111 1111 1111 is gone');
  }

  @Tool({ name: 'hangs', description: 'Never answers.', parameters: Nothing, timeoutMs: 30 })
  hangs(_: object, { signal }: ToolContext): Promise<never> {
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('too late'))));
  }

  @Tool({ name: 'slow', description: 'Answers when it is told to.', parameters: Nothing, timeoutMs: 20_000 })
  slow(): Promise<object> {
    this.begun.push('slow');
    return new Promise((resolve) => (this.finish = resolve));
  }

  @Tool({ name: 'huge', description: 'Says too much.', parameters: Nothing })
  huge(): object {
    return { text: 'x'.repeat(40_000) };
  }
}
