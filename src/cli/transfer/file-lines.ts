import { createReadStream } from 'node:fs';
import { fileFault, TransferError } from './transfer-error.js';

const CHUNK_BYTES = 1 << 20;

/** No row is larger: a body has four megabytes at most, and its characters at most double. */
const LONGEST_LINE_BYTES = 1 << 26;

const NEWLINE = 0x0a;

export interface FileLine {
  /** With its end, where it has one. */
  readonly bytes: Buffer;
  /** The first is 1. */
  readonly number: number;
  /** False for the last one of a file that was cut off. */
  readonly isWhole: boolean;
}

/**
 * The lines of a file. `node:readline` knows other ends of a line, which may stand within one here.
 * @throws {TransferError} where the file cannot be read, and for a line longer than any row
 */
export async function* fileLines(path: string, name = path): AsyncGenerator<FileLine> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunksOf(path, name)) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const rest = chunk.subarray(from, end + 1);
      yield {
        bytes: parts.length === 0 ? rest : Buffer.concat([...parts, rest]),
        number: ++number,
        isWhole: true,
      };
      parts = [];
      length = 0;
      from = end + 1;
    }
    if (from < chunk.length) {
      parts.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > LONGEST_LINE_BYTES)
        throw new TransferError(`${name}, line ${number + 1}: it is longer than any row can be.`);
    }
  }
  if (parts.length > 0) yield { bytes: Buffer.concat(parts), number: ++number, isWhole: false };
}

async function* chunksOf(path: string, name: string): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    throw fileFault(name, 'read', error);
  }
}
