import { randomBytes, randomInt } from 'node:crypto';
import { TextDecoder } from 'node:util';
import { bodyUnreadable, charsetNotSupported } from '../errors/catalogue/request.js';
import type { Steps } from '../turns.js';
import { parseExactly } from './exact-json.js';

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

/** As many bytes are parsed in one step, and more only where a single text has more. */
const BYTES_OF_STEP = 131_072;

const [QUOTE, BACKSLASH, BRACE, BRACKET, BRACE_END, BRACKET_END, COLON, COMMA] = Buffer.from(
  '"\\{[}]:,',
) as unknown as [number, number, number, number, number, number, number, number];
const BLANKS = new Set(Buffer.from(' \t\r\n'));
const BEFORE_VALUES = new Set([BRACE, BRACKET, COLON, COMMA]);

/** Nobody may know which names have the same hash. */
const SEED = randomInt(2 ** 31);

const hashed = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);

/** The name of a member that stands for all that was parsed before; nobody can know it. */
const BEFORE = randomBytes(9).toString('base64url');

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

/** @throws bodyUnreadable */
function decoded(bytes: Uint8Array, decoder: TextDecoder): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw bodyUnreadable(`The body is not valid ${decoder === UTF_8 ? 'UTF-8' : decoder.encoding}.`);
  }
}

/** The end of what JSON.parse says of a fault: its place. */
const WHERE = /(?:, \.{3}|, "| in JSON | after JSON ).*$/s;

/** An object or array that is open where the text is cut. */
interface Open {
  readonly isObject: boolean;
  /** Of an object, where its last name stands in the text, with its quotes. */
  nameStart: number;
  nameEnd: number;
  /** Of an object, its form as far as it was read. */
  form: number;
}

type Container = unknown[] | Record<string, unknown>;

/**
 * Puts a value together from its text, which comes in parts. Each part is cut before a comma and made whole: what was open
 * before it is opened again, with one value that stands for those that are there already, and what is open behind it is closed.
 */
class Assembly {
  root: unknown;
  /** Those that the next part goes on with, the outermost first. */
  private containers: Container[] = [];

  constructor(
    private readonly bytes: Buffer,
    private readonly parseText: (text: string) => unknown,
  ) {}

  /**
   * @param open what is open at the end of the part; nothing if it is the last
   * @throws bodyUnreadable
   */
  add(start: number, end: number, open: readonly Open[]): void {
    const text = decoded(this.bytes.subarray(start, end), UTF_8);
    const before = this.containers
      .map((container) => (Array.isArray(container) ? '[' : `{"${BEFORE}":`))
      .join('');
    const after = open
      .toReversed()
      .map(({ isObject }) => (isObject ? '}' : ']'))
      .join('');
    const value = this.parse(before === '' ? text + after : `${before}0${text}${after}`, start, end);
    if (this.containers.length === 0) this.root = value;
    else this.merge(value as Container);
    this.containers = this.containersOf(open);
  }

  private parse(text: string, start: number, end: number): unknown {
    try {
      return this.parseText(text);
    } catch (error) {
      const message = (error as Error).message.toWellFormed();
      // Of a part, the words are right; the position and the text that they quote are not.
      const reason =
        start === 0 && end === this.bytes.length
          ? message
          : `${message.replace(WHERE, '')} between its bytes ${start} and ${end}`;
      throw bodyUnreadable(`The body is not valid JSON: ${reason}`);
    }
  }

  /** Adds what a part has to what is open; the first value at each level stands for what is there. */
  private merge(part: Container): void {
    let level: unknown = part;
    for (const container of this.containers) {
      const added = level as Container;
      if (Array.isArray(container)) {
        const values = added as unknown[];
        for (let index = 1; index < values.length; index++) container.push(values[index]);
        level = values[0];
      } else {
        const { [BEFORE]: first, ...members } = added as Record<string, unknown>;
        for (const name of Object.keys(members)) setMember(container, name, members[name]);
        level = first;
      }
    }
  }

  private containersOf(open: readonly Open[]): Container[] {
    const containers: Container[] = [];
    let value = this.root;
    for (const { isObject, nameStart, nameEnd } of open) {
      containers.push(value as Container);
      value = isObject
        ? (value as Record<string, unknown>)[
            JSON.parse(this.bytes.toString('utf8', nameStart, nameEnd)) as string
          ]
        : (value as unknown[]).at(-1);
    }
    return containers;
  }
}

/** As JSON.parse does, to which `__proto__` is a name like any other. */
function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  else object[name] = value;
}

/** Whether a comma may be the end of a part: behind a value, and not where the text is broken. */
function followsValue(bytes: Buffer, comma: number): boolean {
  let index = comma - 1;
  while (BLANKS.has(bytes[index]!)) index--;
  return !BEFORE_VALUES.has(bytes[index]!);
}

interface Parsing {
  readonly parse: (text: string) => unknown;
  readonly bytesOfStep: number;
  readonly mostContainers: number;
  readonly mostForms: number;
}

/** The value of a text, parsed in steps, unless there is a reason not to parse it, whatever is in it. @throws bodyUnreadable */
function* parsed(bytes: Buffer, { parse, bytesOfStep, mostContainers, mostForms }: Parsing): Steps<unknown> {
  const assembly = new Assembly(bytes, parse);
  const forms = new Set<number>();
  const open: Open[] = [];
  let start = 0;
  let containers = 0;
  /** Of the last text. */
  let [hash, textStart, textEnd] = [0, 0, 0];
  for (let index = 0; index < bytes.length; index++) {
    switch (bytes[index]) {
      case QUOTE: {
        hash = SEED;
        textStart = index;
        for (index++; index < bytes.length && bytes[index] !== QUOTE; index++) {
          if (bytes[index] === BACKSLASH) index++;
          hash = hashed(hash, bytes[index]!);
        }
        textEnd = index + 1;
        break;
      }
      case COLON: {
        const object = open.at(-1);
        if (object === undefined) break;
        [object.nameStart, object.nameEnd] = [textStart, textEnd];
        forms.add((object.form = hashed(Math.imul(object.form, 31), hash)));
        if (forms.size > mostForms)
          throw bodyUnreadable(
            `The objects in the body have more than ${mostForms} forms: too many members have different names.`,
          );
        break;
      }
      case BRACE:
      case BRACKET:
        if (open.length === DEEPEST)
          throw bodyUnreadable(`The body is nested more than ${DEEPEST} levels deep.`);
        if (++containers > mostContainers)
          throw bodyUnreadable(`The body has more than ${mostContainers} objects and arrays.`);
        open.push({ isObject: bytes[index] === BRACE, nameStart: 0, nameEnd: 0, form: SEED });
        break;
      case BRACE_END:
      case BRACKET_END:
        open.pop();
        break;
      case COMMA:
        if (index - start < bytesOfStep || open.length === 0 || !followsValue(bytes, index)) break;
        assembly.add(start, index, open);
        start = index;
        yield;
        break;
    }
  }
  assembly.add(start, bytes.length, []);
  return assembly.root;
}

/**
 * The JSON object in a body, in steps; integers beyond 2^53 are bigints.
 * @param decoder of {@link decoderOf}
 * @throws bodyUnreadable for anything else (docs/contract/errors.md#g12)
 */
export function* jsonObject(
  bytes: Buffer,
  decoder: TextDecoder,
  bytesOfStep = BYTES_OF_STEP,
): Steps<Record<string, unknown>> {
  if (bytes.length === 0) throw bodyUnreadable('The body is empty.');
  const text = decoder === UTF_8 ? bytes : Buffer.from(decoded(bytes, decoder));
  const value = yield* parsed(text, {
    parse: parseExactly,
    bytesOfStep,
    mostContainers: MOST_CONTAINERS,
    mostForms: MOST_FORMS,
  });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bodyUnreadable('The body must be a JSON object.');
  }
  return value as Record<string, unknown>;
}

/** The value of JSON that was stored, as `parse` gives it, in steps. */
export const jsonValue = (text: string, parse: (text: string) => unknown): Steps<unknown> =>
  parsed(Buffer.from(text), {
    parse,
    bytesOfStep: BYTES_OF_STEP,
    mostContainers: Infinity,
    mostForms: Infinity,
  });
