import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ContentFile } from './content-file.js';
import { fileFault } from './transfer-error.js';

/**
 * Hands over the file that is meant by the option. What comes by the standard input is kept in a temporary file
 * meanwhile, since it is checked whole before it is used.
 * @throws {TransferError} where it cannot be kept
 */
export async function withContentFile<T>(file: string, use: (file: ContentFile) => Promise<T>): Promise<T> {
  if (file !== '-') return use({ path: file, name: file });
  const folder = await mkdtemp(join(tmpdir(), 'graph-connections-import-'));
  try {
    const path = join(folder, 'content.jsonl');
    await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 })).catch((error: unknown) => {
      throw fileFault(path, 'written', error);
    });
    return await use({ path, name: 'The standard input' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
