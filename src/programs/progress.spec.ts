import { PassThrough } from 'node:stream';
import { startProgress } from './progress';

function written(turns: number, advances: number): string {
  const output = new PassThrough();
  const progress = startProgress(turns, output);
  for (let turn = 0; turn < advances; turn += 1) progress.advance();
  progress.stop();
  return String(output.read() ?? '');
}

describe('startProgress away from a terminal', () => {
  it('writes a plain line each tenth', () => {
    const lines = written(25, 25).trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('played 3 of 25 turns (10 %)');
    expect(lines.at(-1)).toBe('played 25 of 25 turns (100 %)');
  });

  it('writes fewer lines for fewer turns', () => {
    expect(written(3, 3)).toBe('played 1 of 3 turns (30 %)\nplayed 2 of 3 turns (60 %)\nplayed 3 of 3 turns (100 %)\n');
  });

  it('claims no more than was played', () => {
    expect(written(10, 1)).toBe('played 1 of 10 turns (10 %)\n');
  });
});
