import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Transcripts are for whoever runs the service alone. */
const FILE_MODE = 0o600;
const LINE_FEED = 0x0a;
/** No single write of a line pauses that long. */
const SETTLE_MS = 100;

/**
 * Adds lines to a file and waits until the disk has them. Each line is a single write at the file's end (`O_APPEND`), so
 * that several processes can write to one file. What a full disk or a crash has left of a line is closed by a line feed
 * before the next, and stays the only line that is no JSON.
 */
export async function appendLines(file: string, lines: readonly string[]): Promise<void> {
  const handle = await open(file, 'a+', FILE_MODE);
  try {
    const { size } = await handle.stat();
    let torn = await endsTorn(handle);
    for (const line of lines) {
      await writeWhole(handle, Buffer.from(`${torn ? '\n' : ''}${line}\n`));
      torn = false;
    }
    await handle.sync();
    if (size === 0) await syncFolder(dirname(file));
  } finally {
    await handle.close();
  }
}

/** Whether the file ends within a line. A line that another process is writing looks the same, but it grows. */
async function endsTorn(handle: FileHandle): Promise<boolean> {
  let before: number;
  let size = 0;
  do {
    before = size;
    ({ size } = await handle.stat());
    if (size === 0 || (await lastByte(handle, size)) === LINE_FEED) return false;
    if (size !== before) await sleep(SETTLE_MS);
  } while (size !== before);
  return true;
}

/** The rest is not written after: what another process has written since would stand in between. */
async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await handle.write(bytes);
  if (bytesWritten === bytes.length) return;
  throw Object.assign(new Error('a line was written in part'), { code: 'ENOSPC' });
}

async function lastByte(handle: FileHandle, size: number): Promise<number | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 ? buffer[0] : undefined;
}

/** Without this a new file itself may be gone after a power failure. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
