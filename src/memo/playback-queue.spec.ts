import { refusalOf } from '../../test/memo/memo.harness';
import { PlaybackQueue } from './playback-queue';

describe('PlaybackQueue', () => {
  it('gives back first what came first', () => {
    const queue = new PlaybackQueue();
    for (const message of ['one', { text: 'two' }, null]) queue.enqueueMessage(message);
    expect(queue.queueSize()).toBe(3);
    expect([1, 2, 3, 4].map(() => queue.getNextMessage())).toEqual(['one', { text: 'two' }, null, undefined]);
    expect(queue.queueSize()).toBe(0);
  });

  it('forgets what waits when it is cleared, and keeps its flags', () => {
    const queue = new PlaybackQueue();
    queue.enqueueMessage('one');
    queue.setProcessing(true);
    queue.clearQueue();
    expect([queue.queueSize(), queue.isProcessing(), queue.isMediaCancelled()]).toEqual([0, true, false]);
  });

  it('stops all on an interruption, until media is allowed again', () => {
    const queue = new PlaybackQueue();
    queue.enqueueMessage('one');
    queue.setProcessing(true);
    queue.resetOnInterrupt();
    expect([queue.queueSize(), queue.isProcessing(), queue.isMediaCancelled()]).toEqual([0, false, true]);
    queue.setMediaCancelled(false);
    queue.enqueueMessage('two');
    expect([queue.getNextMessage(), queue.isMediaCancelled()]).toEqual(['two', false]);
  });

  it('refuses more than can ever be spoken, and has room again when something was taken', () => {
    const queue = new PlaybackQueue();
    for (let count = 0; count < 1000; count += 1) queue.enqueueMessage(count);
    expect(refusalOf(() => queue.enqueueMessage('more'))).toBe('pending_overflow');
    expect(queue.getNextMessage()).toBe(0);
    queue.enqueueMessage('more');
    expect(queue.queueSize()).toBe(1000);
  });
});
