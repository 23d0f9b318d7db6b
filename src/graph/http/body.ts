import { randomInt } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { TextDecoder } from 'node:util';
import {
  type ArgumentMetadata,
  createParamDecorator,
  type ExecutionContext,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  type BodyIssue,
  bodyNotValid,
  bodyUnreadable,
  charsetNotSupported,
} from '../errors/catalogue/request.js';
import { deserialize } from '../odata/deserialize.js';
import { brokenRules } from '../odata/rules.js';
import { parseExactly } from './exact-json.js';
import { readBody } from './read-body.js';
import { contextOf } from './request-context.js';
import './under-way.js';

/** The depth at which Graph's own reader stops; deeper text could exhaust the stack of whoever walks it. */
const DEEPEST = 100;

/**
 * More objects and arrays than four megabytes of anything that this API takes can have. A million empty ones are read into
 * twenty times as much memory as their text has.
 */
const MOST_CONTAINERS = 150_000;

/**
 * How many forms the objects of a body may have together: each member that follows others in an object makes a new form,
 * unless another object has the same in the same order. JavaScript makes a shape of each, and of very many only slowly, so
 * that a body of nothing but unlike members would keep everybody waiting while it is parsed.
 */
const MOST_FORMS = 10_000;

const [QUOTE, BACKSLASH, BRACE, BRACKET, BRACE_END, BRACKET_END, COLON] = Buffer.from(
  '"\\{[}]:',
) as unknown as [number, number, number, number, number, number, number];

/** Nobody may know which names have the same hash. */
const SEED = randomInt(2 ** 31);

const hashed = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);

/** Why a text may not be parsed, whatever is in it, found without parsing it; undefined where it may. */
function unparsable(bytes: Buffer): string | undefined {
  const forms = new Set<number>();
  /** The form of each object that is open, as far as it was read; of an array, nothing. */
  const open = new Int32Array(DEEPEST + 1);
  let depth = 0;
  let containers = 0;
  /** Of the last string. */
  let name = 0;
  for (let index = 0; index < bytes.length; index++) {
    switch (bytes[index]) {
      case QUOTE: {
        name = SEED;
        for (index++; index < bytes.length && bytes[index] !== QUOTE; index++) {
          if (bytes[index] === BACKSLASH) index++;
          name = hashed(name, bytes[index]!);
        }
        break;
      }
      case COLON:
        forms.add((open[depth] = hashed(Math.imul(open[depth]!, 31), name)));
        if (forms.size > MOST_FORMS)
          return `The objects in the body have more than ${MOST_FORMS} forms: too many members have different names.`;
        break;
      case BRACE:
      case BRACKET:
        if (++depth > DEEPEST) return `The body is nested more than ${DEEPEST} levels deep.`;
        if (++containers > MOST_CONTAINERS)
          return `The body has more than ${MOST_CONTAINERS} objects and arrays.`;
        open[depth] = SEED;
        break;
      case BRACE_END:
      case BRACKET_END:
        if (depth > 0) depth--;
        break;
    }
  }
  return undefined;
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** `charset=x` and `charset="x"` of a media type. */
const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]*))/i;

/** ASCII is the part of UTF-8 that has one meaning everywhere; the encoding standard would read it as Windows-1252. */
const AS_UTF_8 = new Set(['', 'utf-8', 'utf8', 'us-ascii', 'ascii']);

/**
 * How to read the text of a body: JSON is UTF-8, and what says that it is another charset is believed, as Graph's own
 * framework does.
 * @throws charsetNotSupported (docs/contract/field.md#6)
 */
export function decoderOf(contentType: string | undefined): TextDecoder {
  const [, quoted, plain] = CHARSET.exec(contentType ?? '') ?? [];
  const charset = (quoted ?? plain ?? '').trim().toLowerCase();
  if (AS_UTF_8.has(charset)) return UTF_8;
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    throw charsetNotSupported(charset);
  }
}

/** The bytes as UTF-8. @throws bodyUnreadable */
function asUtf8(bytes: Buffer, decoder: TextDecoder): Buffer {
  if (decoder === UTF_8) return bytes;
  try {
    return Buffer.from(decoder.decode(bytes));
  } catch {
    throw bodyUnreadable(`The body is not valid ${decoder.encoding}.`);
  }
}

/** A body that takes longer than others lets them in after each step. */
const LARGE_BODY = 65_536;

const isLarge = (bytes: Buffer): boolean => bytes.length > LARGE_BODY;

/**
 * The JSON object in a body; integers beyond 2^53 are bigints.
 * @param decoder of {@link decoderOf}
 * @throws bodyUnreadable for anything else (docs/contract/errors.md#g12)
 */
export async function parseJsonObject(
  encoded: Buffer,
  decoder: TextDecoder,
): Promise<Record<string, unknown>> {
  if (encoded.length === 0) throw bodyUnreadable('The body is empty.');
  const bytes = asUtf8(encoded, decoder);
  const reason = unparsable(bytes);
  if (reason !== undefined) throw bodyUnreadable(reason);
  if (isLarge(bytes)) await turn();
  let text: string;
  try {
    text = UTF_8.decode(bytes);
  } catch {
    throw bodyUnreadable('The body is not valid UTF-8.');
  }
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch (error) {
    throw bodyUnreadable(`The body is not valid JSON: ${(error as Error).message.toWellFormed()}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bodyUnreadable('The body must be a JSON object.');
  }
  if (isLarge(bytes)) await turn();
  return value as Record<string, unknown>;
}

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/** A body in which what could not be read is undefined, and what is wrong with it so far. */
export interface ReadBody<T extends object> {
  readonly value: T;
  readonly issues: readonly BodyIssue[];
}

/** Reads, parses and checks a body by the class of the parameter. It runs after the guard: see `GraphBody`. */
class GraphBodyPipe<T extends object> implements PipeTransform<FastifyRequest, Promise<T | ReadBody<T>>> {
  constructor(
    private readonly anyLabel: boolean,
    private readonly withIssues: Type<T> | undefined,
  ) {}

  async transform(request: FastifyRequest, { metatype }: ArgumentMetadata): Promise<T | ReadBody<T>> {
    const contentType = request.headers['content-type'];
    const bytes = await readBody(request.raw, { count: (count) => request.underWay?.read(count) });
    if (!this.anyLabel && (contentType === undefined || !JSON_TYPE.test(contentType))) {
      throw bodyUnreadable(
        contentType === undefined
          ? 'The Content-Type header is missing; it must be application/json.'
          : `The Content-Type is '${contentType.slice(0, 100)}'; it must be application/json.`,
      );
    }
    await request.underWay?.enter(bytes.length);
    const json = await parseJsonObject(bytes, decoderOf(contentType));
    const type = this.withIssues ?? (metatype as Type<T>);
    const { value, issues } = deserialize(type, json, contextOf(request).version ?? 'beta');
    if (isLarge(bytes)) await turn();
    const all = [...issues, ...brokenRules(value)];
    if (this.withIssues !== undefined) return { value, issues: all };
    if (all.length > 0) throw bodyNotValid(all);
    if (isLarge(bytes)) await turn();
    return value;
  }
}

const RequestOfBody = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

interface GraphBodyOptions<T extends object> {
  /** Read as JSON whatever the Content-Type says: a command line client calls its JSON a form (docs/contract/clients.md#1). */
  readonly anyLabel?: boolean;
  /**
   * The class of a body of which a service has more to say. The parameter is a `ReadBody`, and the service throws its issues
   * together with its own, so that one error lists everything that is wrong.
   */
  readonly withIssues?: Type<T>;
}

/**
 * The body of a Graph request, read only when the guard has let the caller in, deserialized by the service model and
 * valid by its rules.
 * @throws bodyUnreadable, bodyTooLarge, contentEncodingNotSupported, charsetNotSupported, bodyNotValid, tooMuchUnderWay
 */
export const GraphBody = <T extends object>({
  anyLabel = false,
  withIssues,
}: GraphBodyOptions<T> = {}): ParameterDecorator => RequestOfBody(new GraphBodyPipe(anyLabel, withIssues));
