import type { IncomingMessage } from 'node:http';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import getRawBody from 'raw-body';
import { GraphError } from '../errors/graph-error.js';
import { bodyTooLarge, bodyUnreadable, contentEncodingNotSupported } from '../errors/catalogue/request.js';

/** 4 MB, as Graph counts them (contract, api.md section 5). It holds for the bytes on the wire and for the unpacked ones. */
export const MOST_BYTES = 4_000_000;

const DECODERS: Record<string, () => NodeJS.ReadWriteStream> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Reads the body of a request, unpacked.
 * @param count is told of all bytes before they are kept; what it throws refuses the body
 * @throws bodyTooLarge, contentEncodingNotSupported, bodyUnreadable, what `count` throws
 */
export async function readBody(
  request: IncomingMessage,
  count: (bytes: number) => void = () => undefined,
): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const length = request.headers['content-length'];
  let stream: NodeJS.ReadableStream = request;
  if (encoding !== 'identity') {
    const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
    if (decoder === undefined) throw drained(request, contentEncodingNotSupported(encoding.slice(0, 50)));
    const unpacked = decoder();
    request.on('error', (error) => unpacked.emit('error', error));
    stream = request.pipe(unpacked);
  }
  if (length !== undefined && Number(length) > MOST_BYTES) throw drained(request, bodyTooLarge(MOST_BYTES));
  const known = stream === request && length !== undefined;
  try {
    if (known) count(Number(length));
    else stream.on('data', (chunk: Buffer) => counted(stream, chunk, count));
    return await getRawBody(stream, { limit: MOST_BYTES, ...(known ? { length } : {}) });
  } catch (error) {
    if (error instanceof GraphError) throw drained(request, error);
    const type = (error as { type?: string }).type;
    throw drained(
      request,
      type === 'entity.too.large'
        ? bodyTooLarge(MOST_BYTES)
        : bodyUnreadable(
            type === undefined
              ? `The body is not valid ${encoding} data.`
              : 'The body ended before it was whole.',
          ),
    );
  }
}

function counted(stream: NodeJS.ReadableStream, chunk: Buffer, count: (bytes: number) => void): void {
  try {
    count(chunk.length);
  } catch (error) {
    stream.emit('error', error);
  }
}

/** What is left of a refused body is read and thrown away, or the client could not read the answer. */
function drained(request: IncomingMessage, error: Error): Error {
  request.unpipe();
  request.resume();
  return error;
}
