import { Logger } from '@nestjs/common';
import { ManualClock } from '../../test/support/manual-clock';
import { stateAfter } from '../../test/transcripts/sample-call';
import { ParleyError } from '../common/parley-error';
import type { SessionState } from '../store/session-state';
import type { Archive } from './archive';
import type { ArchiveRecord } from './archive-record';
import { FileSessionArchive } from './file-session-archive';

/** Fails as often as it is told to. */
class FragileArchive implements Archive {
  readonly lines: string[] = [];
  failures = 0;
  attempts = 0;

  async append(line: string): Promise<void> {
    this.attempts += 1;
    if (this.failures-- > 0) throw new ParleyError('archive_unavailable', 'The archive cannot be written (ENOSPC).');
    this.lines.push(line);
  }
}

const recordOf = ({ sessionId, revision }: SessionState, endedAt: number) =>
  ({ sessionId, revision, endedAt }) as ArchiveRecord;

describe('FileSessionArchive', () => {
  let sink: FragileArchive;
  let archive: FileSessionArchive;
  let logged: jest.SpyInstance;
  beforeEach(() => {
    sink = new FragileArchive();
    archive = new FileSessionArchive(sink, recordOf, new ManualClock());
    logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  });
  afterEach(() => logged.mockRestore());

  it('writes a session once, however often it is ended', async () => {
    const state = stateAfter();
    await Promise.all([archive.store(state), archive.store({ ...state })]);
    await archive.store(state);
    expect(sink.lines).toEqual(['{"sessionId":"call-1","revision":1,"endedAt":1800000000}']);
  });

  it('writes it again where it was changed since, or is another one under its id', async () => {
    const state = stateAfter();
    await archive.store(state);
    await archive.store({ ...state, revision: 2 });
    await archive.store({ ...state, createdAt: 1 });
    expect(sink.lines).toHaveLength(3);
  });

  it('gets over a failure that passes', async () => {
    sink.failures = 2;
    await archive.store(stateAfter());
    expect([sink.lines.length, sink.attempts]).toEqual([1, 3]);
    expect(logged).not.toHaveBeenCalled();
  });

  it('refuses where the sink stays away, and writes when it is asked again', async () => {
    sink.failures = 3;
    const state = stateAfter();
    await expect(archive.store(state)).rejects.toMatchObject({ code: 'archive_unavailable', retryable: true });
    expect(logged).toHaveBeenCalledWith(expect.objectContaining({ sessionId: 'call-1' }));
    await archive.store(state);
    expect(sink.lines).toHaveLength(1);
  });

  it('leaves a line that says so for a session that cannot be told', async () => {
    const failing = new FileSessionArchive(
      sink,
      () => {
        throw new TypeError('a secret');
      },
      new ManualClock(),
    );
    await failing.store(stateAfter());
    expect(JSON.parse(sink.lines[0] ?? '')).toMatchObject({ sessionId: 'call-1', revision: 1, incomplete: true });
    expect(JSON.stringify(logged.mock.calls)).not.toContain('a secret');
  });
});
