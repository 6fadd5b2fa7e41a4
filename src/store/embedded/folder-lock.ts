import { createHash } from 'node:crypto';
import { realpathSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ParleyError } from '../../common/parley-error';

/** Unix socket paths are cut at 108 bytes on Linux and 104 on macOS. */
const MAX_SOCKET_PATH_BYTES = 100;

/**
 * Keeps a second process away from a data folder. The lock is a listening Unix socket: the kernel lets go of it when
 * the process dies, however it dies, so there is no stale lock to clean up by hand and no pid that may be reused.
 */
export class FolderLock {
  private constructor(private readonly server: Server) {}

  /** @throws ParleyError `store_locked` */
  static async take(folder: string): Promise<FolderLock> {
    const path = socketPath(folder);
    const server = await listen(path);
    if (server) return new FolderLock(server);
    if (await answers(path)) throw lockedError(folder);
    // Nobody answers: a process that was killed left the name behind.
    unlinkSync(path);
    const second = await listen(path);
    if (!second) throw lockedError(folder);
    return new FolderLock(second);
  }

  release(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

function lockedError(folder: string): ParleyError {
  return new ParleyError(
    'store_locked',
    `The data folder ${folder} is in use by another process. Stop it, choose another DATA_DIR, or use STORE=redis ` +
      'for several processes.',
  );
}

function socketPath(folder: string): string {
  const real = realpathSync(folder);
  const path = join(real, 'parley.lock');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  return join(tmpdir(), `parley-${createHash('sha1').update(real).digest('hex').slice(0, 16)}.lock`);
}

/** The listening server, or undefined where the name is taken. */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(server.unref()));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
