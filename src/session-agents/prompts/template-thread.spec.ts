import { setTimeout as sleep } from 'node:timers/promises';
import { Piscina } from 'piscina';

import type { TemplateTask } from './template-job';
import { TemplateThread } from './template-thread';

const LIMITS = { maxCharacters: 64 * 1024, renderTimeoutMs: 2000, memoryLimit: 1_000_000 };
const HELLO: TemplateTask = { kind: 'render', text: 'Hello {{ name }}', scope: '{"name":"Ada"}' };
const STEPS = '{% if i %}{% endif %}'.repeat(500);
const SLOW: TemplateTask = {
  kind: 'render',
  text: `{% for i in (1..300) %}{% for j in (1..300) %}${STEPS}{% endfor %}{% endfor %}`,
  scope: '{}',
};

describe('TemplateThread', () => {
  const thread = new TemplateThread(LIMITS);
  const terminate = (): Promise<unknown> =>
    Promise.all((thread['life']?.worker.threads ?? []).map((worker) => worker.terminate()));

  afterEach(() => jest.restoreAllMocks());
  afterAll(() => thread.stop());

  it('is replaced when it ends at work', async () => {
    await thread.ready();
    const slow = thread.run(SLOW).catch((error: unknown) => error);
    await sleep(100);
    await terminate();
    expect(await slow).toMatchObject({
      code: 'template_failed',
      message: 'The template cannot be rendered: ended the thread it was in',
    });
    expect(await thread.run(HELLO)).toEqual({ text: 'Hello Ada' });
  });

  it('is replaced when it ends while it is idle', async () => {
    await thread.ready();
    await terminate();
    expect(await thread.run(HELLO)).toEqual({ text: 'Hello Ada' });
  });

  it('tries to start again when it could not once', async () => {
    await thread.stop();
    jest.spyOn(Piscina.prototype, 'run').mockRejectedValueOnce(new Error('no thread'));
    await expect(thread.ready()).rejects.toThrow('no thread');
    expect(await thread.run(HELLO)).toEqual({ text: 'Hello Ada' });
  });

  it('tries again too when not even the pool of a thread can be made', async () => {
    // What cannot be copied to a thread fails before there is one.
    const broken = new TemplateThread(Object.assign({ uncopied: () => 0 }, LIMITS));
    for (let attempt = 0; attempt < 2; attempt += 1) await expect(broken.ready()).rejects.toThrow('cloned');
    expect(broken['life']).toBeUndefined();
  });
});
