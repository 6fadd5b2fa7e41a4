import { DEFAULT_QUERY, type FleetPage, type FleetSessions } from '../../fleet';
import type { ClientFrameOf } from '../frames/client-frames';
import type { LiveSocket } from './live-socket';

/** The list of sessions that one socket watches: one window at a time. */
export class FleetWatcher {
  private stop: (() => void) | undefined;

  constructor(
    private readonly socket: LiveSocket,
    private readonly fleet: FleetSessions,
  ) {}

  /** Shows a window in place of the one before; `sessions` comes at once, and whenever it has changed. */
  watch({ id, type: _type, ...asked }: ClientFrameOf<'watchSessions'>): void {
    this.leave();
    const query = { ...DEFAULT_QUERY, ...asked };
    this.stop = this.fleet.watch(query, query, (page) => this.show(id, page));
  }

  unwatch({ id }: ClientFrameOf<'unwatchSessions'>): void {
    this.leave();
    this.socket.frame({ id, type: 'sessionsUnwatched' });
  }

  leave(): void {
    this.stop?.();
    this.stop = undefined;
  }

  private show(id: string, page: FleetPage): Promise<void> {
    return this.socket.sendWhole('sessions', JSON.stringify({ id, type: 'sessions', ...page }));
  }
}
