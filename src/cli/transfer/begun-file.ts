import { open, stat } from 'node:fs/promises';
import { FOOTER_BEGIN, faultOfHeader, headerLine } from './content-format.js';
import { fileFault, TransferError } from './transfer-error.js';

/** A first and a last line are shorter. */
const END_BYTES = 1 << 14;

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * Whether an export to this file goes on with what is in it.
 * @throws {TransferError} where the file holds anything but the beginning of such an export
 */
export async function isBegun(file: string, withSecrets: boolean): Promise<boolean> {
  const ends = await endsOf(file);
  const header = headerLine(withSecrets);
  // Nothing, or not even the first line: there is nothing to go on with.
  if (ends === undefined || (header.startsWith(ends.first) && ends.first !== header)) return false;
  if (!ends.first.startsWith(header))
    throw new TransferError(
      `${file} is there already, and ${faultOfFirst(ends.first)}: --anew writes it from its beginning.`,
    );
  if (ends.last.endsWith('\n') && ends.last.slice(0, -1).split('\n').at(-1)!.startsWith(FOOTER_BEGIN))
    throw new TransferError(`${file} is a whole export already: --anew writes it from its beginning.`);
  return true;
}

/** The beginning and the end of a file, as text; undefined where there is none, and for a device or a pipe. */
async function endsOf(file: string): Promise<{ first: string; last: string } | undefined> {
  try {
    const found = await stat(file);
    // Opening a pipe to read would wait for somebody to write.
    if (!found.isFile()) return undefined;
    const handle = await open(file, 'r');
    try {
      const textAt = async (position: number): Promise<string> => {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(END_BYTES), 0, END_BYTES, position);
        return buffer.toString('utf8', 0, bytesRead);
      };
      return { first: await textAt(0), last: await textAt(Math.max(0, found.size - END_BYTES)) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileFault(file, 'read', error);
  }
}

function faultOfFirst(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text.split('\n')[0]!);
  } catch {
    // No first line of ours.
  }
  return faultOfHeader(value) ?? 'it was begun with another choice of --with-secrets';
}
