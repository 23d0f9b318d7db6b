import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { GraphError } from '../errors/graph-error.js';
import { bodyTooLarge, bodyUnreadable, contentEncodingNotSupported } from '../errors/catalogue/request.js';

/** 4 MB, as Graph counts them (docs/contract/api.md#5). It holds for the bytes on the wire and for the unpacked ones. */
export const MOST_BYTES = 4_000_000;

/** Each chunk costs a turn of the event loop. With the default of 16 kB, a body of 4 MB needs 250 turns. */
const STEP = 1_048_576;

/** Clients pack a body once. Several encodings work too, up to this number. */
const MOST_ENCODINGS = 4;

const [gunzipped, inflated, brotliDecompressed] = [
  promisify<Buffer, object, Buffer>(gunzip),
  promisify<Buffer, object, Buffer>(inflate),
  promisify<Buffer, object, Buffer>(brotliDecompress),
] as const;

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: object) => Promise<Buffer>>> = {
  gzip: gunzipped,
  'x-gzip': gunzipped,
  deflate: inflated,
  br: brotliDecompressed,
};

/** The error codes of packed data that ends too early. */
const TRUNCATED = new Set(['Z_BUF_ERROR', 'ERR_BROTLI_DECODER_ERROR_UNEXPECTED_END']);

/** The encodings of a body in the order in which they were applied. @throws contentEncodingNotSupported */
function encodingsOf(header: string | undefined): string[] {
  const encodings = (header ?? '')
    .split(',')
    .map((encoding) => encoding.trim().toLowerCase())
    .filter((encoding) => encoding !== '' && encoding !== 'identity');
  const unknown = encodings.find((encoding) => !Object.hasOwn(DECODERS, encoding));
  if (unknown !== undefined) throw contentEncodingNotSupported(unknown.slice(0, 50));
  if (encodings.length > MOST_ENCODINGS) throw contentEncodingNotSupported(encodings.join(', ').slice(0, 50));
  return encodings;
}

/** @throws bodyTooLarge, bodyUnreadable (docs/contract/field.md#5.11) */
async function unpacked(bytes: Buffer, encoding: string, most: number): Promise<Buffer> {
  try {
    return await DECODERS[encoding]!(bytes, { maxOutputLength: most, chunkSize: STEP });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(most);
    throw bodyUnreadable(
      TRUNCATED.has(code)
        ? `The body ended before its ${encoding} data was whole.`
        : `The header Content-Encoding says ${encoding}, but the body is not ${encoding} data. Pack the body, or omit the header.`,
    );
  }
}

/** Called with the number of bytes before they are stored. If it throws, the body is refused. */
type Count = (bytes: number) => void;

/** @throws bodyTooLarge, bodyUnreadable, what `count` throws */
async function received(request: IncomingMessage, most: number, count: Count): Promise<Buffer> {
  const header = request.headers['content-length'];
  const length = header === undefined ? undefined : Number(header);
  if (length !== undefined && length > most) throw bodyTooLarge(most);
  if (length !== undefined) count(length);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // A request that is destroyed could not be answered.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if ((bytes += chunk.length) > most) throw bodyTooLarge(most);
      if (length === undefined) count(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof GraphError ? error : bodyUnreadable('The body ended before it was whole.');
  }
  if (length !== undefined && bytes !== length) throw bodyUnreadable('The body ended before it was whole.');
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes);
}

/**
 * Reads the body of a request, unpacked.
 * @param mostBytes how many bytes it may have, on the wire and unpacked
 * @throws bodyTooLarge, contentEncodingNotSupported, bodyUnreadable, what `count` throws
 */
export async function readBody(
  request: IncomingMessage,
  { mostBytes = MOST_BYTES, count = () => undefined }: { mostBytes?: number; count?: Count } = {},
): Promise<Buffer> {
  try {
    const encodings = encodingsOf(request.headers['content-encoding']);
    let bytes = await received(request, mostBytes, count);
    if (bytes.length === 0) return bytes;
    for (const encoding of encodings.toReversed()) {
      const packed = bytes.length;
      bytes = await unpacked(bytes, encoding, mostBytes);
      count(Math.max(0, bytes.length - packed));
    }
    return bytes;
  } catch (error) {
    // The rest of a refused body is read and discarded, since the client could not read the answer otherwise.
    request.unpipe();
    request.resume();
    throw error;
  }
}
