import { mkdirSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';
import { isParleyError, ParleyError } from '../../common/parley-error';
import { FolderLock } from './folder-lock';

/** An LMDB environment that one process has to itself; what its transactions say is done is on disk. */
export class LockedDatabase {
  private isOpen = true;

  private constructor(
    /** For its tables; eight at most. */
    readonly root: RootDatabase,
    private readonly lock: FolderLock,
    private readonly name: string,
  ) {}

  /**
   * @param name for errors, such as `embedded store`
   * @param otherwise what can be done instead of stopping the process that has the folder, for the operator
   * @throws ParleyError `store_locked`, `store_incompatible`
   */
  static async open(folder: string, name: string, otherwise: string): Promise<LockedDatabase> {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (cause) {
      throw new ParleyError('store_incompatible', `The data folder ${folder} cannot be made.`, { cause });
    }
    // Without overlappingSync a commit is reported only after the sync: what is answered is on disk.
    // The library takes a path with a dot in its last name for a file, unless it is told.
    // Without eventTurnBatching there is no write of the library's own, whose failure nobody could handle.
    const root = open({
      path: folder,
      noSubdir: false,
      maxDbs: 8,
      overlappingSync: false,
      eventTurnBatching: false,
    });
    const owners = root.openDB<string, string>({ name: 'lock', encoding: 'string' });
    const lock = await FolderLock.take(folder, owners, otherwise).catch(async (error: unknown) => {
      await root.close();
      throw error;
    });
    return new LockedDatabase(root, lock, name);
  }

  async close(): Promise<void> {
    this.isOpen = false;
    await this.root.close();
    await this.lock.release();
  }

  /** @throws ParleyError `store_unavailable` */
  checkOpen(): void {
    if (!this.isOpen) throw new ParleyError('store_unavailable', `The ${this.name} is closed.`);
  }

  /**
   * All or nothing, and durable when it resolves. Refusals thrown inside pass through; anything else is the store's own
   * failure. A child transaction, because a plain one of this library commits what was put before the throw.
   * @throws ParleyError `store_full`, `store_unavailable`
   */
  async transaction<T>(work: () => T): Promise<T> {
    try {
      return await this.root.childTransaction(work);
    } catch (error) {
      if (isParleyError(error)) throw error;
      const cause = await causeOf(error);
      const full = cause instanceof Error && /ENOSPC|MAP_FULL|No space|File too large/i.test(cause.message);
      throw new ParleyError(
        full ? 'store_full' : 'store_unavailable',
        full ? `The disk of the ${this.name} is full.` : `The ${this.name} failed to write.`,
        { cause },
      );
    }
  }
}

/**
 * Why a commit failed: the library hides it in a promise of the error that it rejects with, and where nobody looks there the
 * process ends (kriszyp/lmdb-js#368).
 */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
