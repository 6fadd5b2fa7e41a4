import { randomBytes } from 'node:crypto';
import { closeSync, openSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
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
  private constructor(
    private readonly folder: OpenFolder,
    private readonly server: Server,
  ) {}

  /**
   * @param otherwise what can be done instead of stopping the other process, for the operator
   * @throws ParleyError `store_locked`
   */
  static async take(path: string, owners: Database<string, string>, otherwise: string): Promise<FolderLock> {
    const folder = { real: realpathSync(path), descriptor: openSync(path, 'r') };
    try {
      return new FolderLock(folder, await becomeOwner(folder, owners, () => lockedError(path, otherwise)));
    } catch (error) {
      closeSync(folder.descriptor);
      throw error;
    }
  }

  async release(): Promise<void> {
    await close(this.server);
    closeSync(this.folder.descriptor);
  }
}

interface OpenFolder {
  readonly real: string;
  readonly descriptor: number;
}

async function becomeOwner(
  folder: OpenFolder,
  owners: Database<string, string>,
  locked: () => ParleyError,
): Promise<Server> {
  const name = `parley-${randomBytes(6).toString('hex')}.sock`;
  const server = await listen(socketPath(folder, name));
  for (;;) {
    const owner = owners.get(OWNER);
    if (owner !== undefined && (await answers(socketPath(folder, owner)))) {
      await close(server);
      throw locked();
    }
    if (!replaceOwner(owners, owner, name)) continue;
    if (owner !== undefined) rmSync(socketPath(folder, owner), { force: true });
    return server;
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

function lockedError(folder: string, otherwise: string): ParleyError {
  return new ParleyError(
    'store_locked',
    `The data folder ${folder} is in use by another process. Stop it, ${otherwise}.`,
  );
}

/**
 * Where a socket of this folder is, from this process: a path that is too long goes through the folder's descriptor, so
 * that it is the same folder for everybody, whatever their temporary files.
 * @throws ParleyError `store_incompatible`
 */
function socketPath({ real, descriptor }: OpenFolder, name: string): string {
  const path = join(real, name);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  if (process.platform === 'linux') return `/proc/self/fd/${descriptor}/${name}`;
  throw new ParleyError('store_incompatible', `The path of the data folder is too long: ${real}`);
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
