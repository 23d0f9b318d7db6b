import type { IncomingMessage } from 'node:http';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import getRawBody from 'raw-body';
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
 * @param mostBytes what it may have, on the wire and unpacked
 * @throws bodyTooLarge, contentEncodingNotSupported, bodyUnreadable
 */
export async function readBody(request: IncomingMessage, mostBytes = MOST_BYTES): Promise<Buffer> {
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
  if (length !== undefined && Number(length) > mostBytes) throw drained(request, bodyTooLarge(mostBytes));
  try {
    return await getRawBody(stream, {
      limit: mostBytes,
      ...(stream === request && length !== undefined ? { length } : {}),
    });
  } catch (error) {
    const type = (error as { type?: string }).type;
    throw drained(
      request,
      type === 'entity.too.large'
        ? bodyTooLarge(mostBytes)
        : bodyUnreadable(
            type === undefined
              ? `The body is not valid ${encoding} data.`
              : 'The body ended before it was whole.',
          ),
    );
  }
}

/** What is left of a refused body is read and thrown away, or the client could not read the answer. */
function drained(request: IncomingMessage, error: Error): Error {
  request.unpipe();
  request.resume();
  return error;
}
