import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ContentFile } from './content-file.js';
import { TransferError } from './transfer-error.js';

/**
 * Hands over the file that is meant by the option. What comes by the standard input, or by a pipe, is kept in a
 * temporary file meanwhile, since it is gone through more than once.
 * @throws {TransferError} where it cannot be kept
 */
export async function withContentFile<T>(file: string, use: (file: ContentFile) => Promise<T>): Promise<T> {
  if (file !== '-' && !(await isPipe(file))) return use({ path: file, name: file });
  const folder = await mkdtemp(join(tmpdir(), 'graph-connections-import-'));
  try {
    const path = join(folder, 'content.jsonl');
    const input = file === '-' ? process.stdin : createReadStream(file);
    await pipeline(input, createWriteStream(path, { mode: 0o600 })).catch((error: Error) => {
      throw new TransferError(`What is read cannot be kept in ${folder} (TMPDIR): ${error.message}`);
    });
    return await use({ path, name: file === '-' ? 'The standard input' : file });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whoever opens the file says what is wrong with one that cannot be found. */
const isPipe = async (file: string): Promise<boolean> =>
  (await stat(file).catch(() => undefined))?.isFIFO() ?? false;
