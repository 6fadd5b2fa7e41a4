import { createHash, randomBytes } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'lmdb';
import { ParleyError } from '../../common/parley-error';

/** Unix socket paths are cut at 108 bytes on Linux and 104 on macOS. */
const MAX_SOCKET_PATH_BYTES = 100;
/** Key of the owner's socket, by its name: a folder may be moved. */
const OWNER = 'owner';

/**
 * Keeps a second process away from a data folder. The owner listens on a Unix socket, which the kernel closes when the
 * process dies, however it dies: there is no pid that may be reused. Whose socket it is stands in the database, so that
 * of many who find a dead owner, in whatever processes, one takes its place.
 */
export class FolderLock {
  private constructor(private readonly server: Server) {}

  /** @throws ParleyError `store_locked` */
  static async take(folder: string, owners: Database<string, string>): Promise<FolderLock> {
    const name = `parley-${randomBytes(6).toString('hex')}.sock`;
    const server = await listen(socketPath(folder, name));
    for (;;) {
      const owner = owners.get(OWNER);
      if (owner !== undefined && (await answers(socketPath(folder, owner)))) {
        await close(server);
        throw lockedError(folder);
      }
      if (!replaceOwner(owners, owner, name)) continue;
      if (owner !== undefined) rmSync(socketPath(folder, owner), { force: true });
      return new FolderLock(server);
    }
  }

  release(): Promise<void> {
    return close(this.server);
  }
}

/** False where another one was faster. */
function replaceOwner(owners: Database<string, string>, before: string | undefined, name: string): boolean {
  return owners.transactionSync(() => {
    if (owners.get(OWNER) !== before) return false;
    owners.putSync(OWNER, name);
    return true;
  });
}

function lockedError(folder: string): ParleyError {
  return new ParleyError(
    'store_locked',
    `The data folder ${folder} is in use by another process. Stop it, choose another DATA_DIR, or use STORE=redis ` +
      'for several processes.',
  );
}

function socketPath(folder: string, name: string): string {
  const real = realpathSync(folder);
  const path = join(real, name);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  return join(tmpdir(), `${createHash('sha1').update(real).digest('hex').slice(0, 16)}-${name}`);
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => resolve(server.unref()));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Only a refusal and a missing name mean that nobody is there. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
}
