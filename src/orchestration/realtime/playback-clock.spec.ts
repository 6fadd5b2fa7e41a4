import { ManualClock } from '../../../test/support/manual-clock';
import { PlaybackClock } from './playback-clock';

const SECOND = 48_000;

describe('the playback clock', () => {
  let clock: ManualClock;
  let playback: PlaybackClock;

  beforeEach(() => {
    clock = new ManualClock();
    playback = new PlaybackClock(clock);
  });

  it('counts from when the audio was sent, and no further than it goes', () => {
    playback.sent('a', SECOND);
    expect(playback.heardMs('a')).toBe(0);
    clock.advance(0.4);
    expect(playback.heardMs('a')).toBe(400);
    clock.advance(5);
    expect(playback.heardMs('a')).toBe(1000);
    expect(playback.playing()).toBeUndefined();
  });

  it('plays a burst of pieces one after the other', () => {
    for (let piece = 0; piece < 10; piece += 1) playback.sent('a', SECOND / 10);
    clock.advance(0.55);
    expect(playback.heardMs('a')).toBe(550);
    playback.sent('a', SECOND);
    clock.advance(0.5);
    expect(playback.heardMs('a')).toBe(1050);
  });

  it('stands still while there is no audio', () => {
    playback.sent('a', SECOND / 2);
    clock.advance(2);
    playback.sent('a', SECOND / 2);
    clock.advance(0.25);
    expect(playback.heardMs('a')).toBe(750);
  });

  it('plays an item after the one before it', () => {
    playback.sent('a', SECOND);
    playback.sent('b', SECOND);
    clock.advance(0.6);
    expect([playback.heardMs('a'), playback.heardMs('b'), playback.playing()]).toEqual([600, 0, 'a']);
    clock.advance(0.6);
    expect([playback.heardMs('a'), playback.heardMs('b'), playback.playing()]).toEqual([1000, 200, 'b']);
  });

  it('lets a later item wait when more of an earlier one comes', () => {
    playback.sent('a', SECOND);
    playback.sent('b', SECOND);
    clock.advance(0.5);
    playback.sent('a', SECOND);
    clock.advance(1);
    expect([playback.heardMs('a'), playback.heardMs('b')]).toEqual([1500, 0]);
  });

  it('believes the client that is behind, and lets the rest follow', () => {
    playback.sent('a', SECOND);
    playback.sent('b', SECOND);
    clock.advance(0.9);
    playback.acknowledged('a', 600);
    expect(playback.heardMs('a')).toBe(600);
    clock.advance(0.5);
    expect([playback.heardMs('a'), playback.heardMs('b')]).toEqual([1000, 100]);
  });

  it('believes the client that is ahead', () => {
    playback.sent('a', SECOND);
    playback.sent('b', SECOND);
    clock.advance(0.2);
    playback.acknowledged('b', 100);
    expect([playback.heardMs('a'), playback.heardMs('b')]).toEqual([1000, 100]);
    playback.acknowledged('a', 1000);
    clock.advance(0.3);
    expect(playback.heardMs('b')).toBe(400);
  });

  it('takes no mark for more than was sent, nor a late one for less than is known', () => {
    playback.sent('a', SECOND);
    playback.acknowledged('a', 5000);
    expect(playback.heardMs('a')).toBe(1000);
    playback.acknowledged('a', 300);
    expect(playback.heardMs('a')).toBe(1000);
    playback.acknowledged('nobody', 300);
  });

  it('has heard nothing more after the stop', () => {
    playback.sent('a', SECOND);
    playback.sent('b', SECOND);
    clock.advance(0.3);
    playback.stopped();
    clock.advance(5);
    expect([playback.heardMs('a'), playback.heardMs('b'), playback.playing()]).toEqual([300, 0, undefined]);
    playback.sent('c', SECOND);
    clock.advance(0.1);
    expect([playback.heardMs('a'), playback.heardMs('c')]).toEqual([300, 100]);
  });

  it.each([
    [0, ''],
    [0.1, ''],
    [0.3, 'Your'],
    [0.45, 'Your balance'],
    [0.5, 'Your balance is'],
    [0.9, 'Your balance is three'],
    [1, 'Your balance is three dollars.'],
  ])('gives whole words as heard after %d of the audio', (part, heard) => {
    const transcript = 'Your balance is three dollars.';
    playback.sent('a', SECOND);
    clock.advance(part);
    expect(transcript.slice(0, playback.heardCharacters('a', transcript))).toBe(heard);
  });

  it('cuts where there are no words between characters, never within one', () => {
    playback.sent('a', SECOND);
    clock.advance(0.5);
    expect(playback.heardCharacters('a', '残高は三ドルです')).toBe(4);
    expect(playback.heardCharacters('a', '👍👍👍')).toBe(2);
  });

  it('knows nothing of an item that was not sent', () => {
    expect([playback.heardMs('a'), playback.heardCharacters('a', 'Yes.')]).toEqual([0, 0]);
  });

  it('remembers the last items only', () => {
    for (let item = 0; item < 20; item += 1) playback.sent(`item ${item}`, SECOND / 1000);
    clock.advance(1);
    expect([playback.heardMs('item 3'), playback.heardMs('item 4')]).toEqual([0, 1]);
  });
});
