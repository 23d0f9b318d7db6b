import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import getRawBody from 'raw-body';
import { bodyTooLarge, bodyUnreadable, contentEncodingNotSupported } from '../errors/catalogue/request.js';

/** 4 MB, as Graph counts them (contract, api.md section 5). It holds for the bytes on the wire and for the unpacked ones. */
export const MOST_BYTES = 4_000_000;

/** Each costs a turn of the event loop: of the default, 16 kB, a body of 4 MB would need 250. */
const STEP = 1_048_576;

/** A body is packed once. More often is taken, so that nobody wonders, and not without end. */
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

/** What packed data says that ends too early. */
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

/** @throws bodyTooLarge, bodyUnreadable (contract, field.md 5.11) */
async function unpacked(bytes: Buffer, encoding: string): Promise<Buffer> {
  try {
    return await DECODERS[encoding]!(bytes, { maxOutputLength: MOST_BYTES, chunkSize: STEP });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(MOST_BYTES);
    throw bodyUnreadable(
      TRUNCATED.has(code)
        ? `The body ended before its ${encoding} data was whole.`
        : `The header Content-Encoding says ${encoding}, and the body is no ${encoding} data. Pack the body, or leave the header out.`,
    );
  }
}

/**
 * Reads the body of a request, unpacked.
 * @throws bodyTooLarge, contentEncodingNotSupported, bodyUnreadable
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const length = request.headers['content-length'];
  let bytes: Buffer;
  let encodings: string[];
  try {
    encodings = encodingsOf(request.headers['content-encoding']);
    if (length !== undefined && Number(length) > MOST_BYTES) throw bodyTooLarge(MOST_BYTES);
    bytes = await getRawBody(request, { limit: MOST_BYTES, length });
  } catch (error) {
    // What is left of a refused body is read and thrown away, or the client could not read the answer.
    request.unpipe();
    request.resume();
    const { type } = error as { type?: string };
    if (type === undefined) throw error;
    throw type === 'entity.too.large'
      ? bodyTooLarge(MOST_BYTES)
      : bodyUnreadable('The body ended before it was whole.');
  }
  if (bytes.length === 0) return bytes;
  for (const encoding of encodings.toReversed()) bytes = await unpacked(bytes, encoding);
  return bytes;
}
