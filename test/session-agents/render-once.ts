import 'reflect-metadata';

import { PromptRenderer } from '../../src/session-agents/prompts/prompt-renderer';

/** A process that renders once and then has nothing to do: its threads must not keep it. */
async function main(): Promise<void> {
  const limits = { maxCharacters: 1024, renderTimeoutMs: 1000, memoryLimit: 10_000 };
  const renderer = new PromptRenderer({ templates: limits });
  process.stdout.write(await renderer.render('Hello {{ name }}', { name: 'Ada' }));
}

void main();
