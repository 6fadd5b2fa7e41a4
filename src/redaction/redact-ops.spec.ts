import type { Op } from '../store/ops';
import { redactOps } from './redact-ops';
import { Redactor } from './redactor';

const MAIL = 'a@b.example';

describe('redactOps', () => {
  it('redacts what was said, collected and answered, and leaves names, times and prompts', () => {
    const ops: Op[] = [
      { op: 'append', agent: MAIL, role: 'user', content: MAIL, at: 1764000000, meta: { generated: MAIL } },
      { op: 'truncate', seq: 1, content: MAIL },
      { op: 'setSlots', slots: { mail: MAIL } },
      { op: 'setToolOutput', tool: 'crm', output: [MAIL] },
      { op: 'setContext', key: 'k', value: MAIL },
      { op: 'mergeContext', key: 'k', value: { mail: MAIL } },
      { op: 'setInterrupted', value: true, spoken: { seq: 1, content: MAIL } },
      { op: 'systemPrompt', agent: 'a', content: MAIL },
    ];
    expect(redactOps(ops, new Redactor())).toEqual([
      { ...ops[0], content: '[e-mail]', meta: { generated: '[e-mail]' } },
      { ...ops[1], content: '[e-mail]' },
      { ...ops[2], slots: { mail: '[e-mail]' } },
      { ...ops[3], output: ['[e-mail]'] },
      { ...ops[4], value: '[e-mail]' },
      { ...ops[5], value: { mail: '[e-mail]' } },
      { ...ops[6], spoken: { seq: 1, content: '[e-mail]' } },
      ops[7],
    ]);
  });
});
