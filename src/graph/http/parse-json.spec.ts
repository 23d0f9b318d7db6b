import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GraphError } from '../errors/graph-error.js';
import { atOnce } from '../turns.js';
import { parseExactly, stringifyExactly } from './exact-json.js';
import { decoderOf, jsonObject } from './parse-json.js';

const inParts = (text: string, bytesOfStep: number): unknown =>
  atOnce(jsonObject(Buffer.from(text), decoderOf(undefined), bytesOfStep));

function isValid(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

const object = fc.object({
  // JSON.parse of Node.js 24 takes a name that is one escaped character for another such name that it has read before.
  key: fc.oneof(
    fc.string().map((key) => key.replace(/["\\]/g, '\\n"')),
    fc.constantFrom('a', 'b', '1', '0', '__proto__', ''),
  ),
  values: [
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  ],
  maxDepth: 5,
  maxKeys: 8,
});
const STEPS = fc.integer({ min: 1, max: 40 });

describe('JSON that is parsed in parts', () => {
  it('has the value that it has as a whole', () => {
    fc.assert(
      fc.property(object, STEPS, fc.constantFrom(undefined, 1, '\t'), (value, bytes, blanks) => {
        const text = JSON.stringify(value, undefined, blanks);
        const root = { a: parseExactly(text) };
        expect(stringifyExactly(inParts(`{"a":${text}}`, bytes))).toBe(stringifyExactly(root));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is no JSON where the whole is none', () => {
    const damage = fc.constantFrom('', ',', ']', '}', '[', '{', '"', ':', '0', '\\', ' ');
    fc.assert(
      fc.property(object, STEPS, fc.nat(), fc.nat(3), damage, (value, bytes, at, length, put) => {
        const whole = JSON.stringify({ a: value });
        // Its first character stays: the body is an object.
        const place = 1 + (at % (whole.length - 1));
        const text = whole.slice(0, place) + put + whole.slice(place + length);
        expect(
          isValid(() => inParts(text, bytes)),
          text,
        ).toBe(isValid(() => parseExactly(text)));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    '{"a":[1,2,]}',
    '{"a":[,1]}',
    '{"a":[1,,2]}',
    '{"a":[[1,[,1]]]}',
    '{"a":1,"b":{,"c":1}}',
    '{"a":[1,2}',
    '{"a":[1,2]]}',
    '{"a":1,}',
    '{"a":,"b":1}',
    '{"a":1},{"b":2}',
    '{"a":1}{"b":2,"c":3}',
    '{"a":"1,2',
  ])('is none: %s', (text) => {
    for (let bytes = 1; bytes < text.length; bytes++) expect(() => inParts(text, bytes)).toThrow();
  });

  it('keeps every digit, the last of two members of a name, and __proto__', () => {
    const text =
      '{"a":[1,12345678901234567890,2],"b":1,"__proto__":{"x":[1,{"y":2,"z":3},4]},"b":[9007199254740993,0]}';
    for (let bytes = 1; bytes < text.length; bytes++) {
      const value = inParts(text, bytes) as Record<string, unknown>;
      expect(value).toEqual(parseExactly(text));
      expect(Object.keys(value)).toEqual(['a', 'b', '__proto__']);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
  });

  it('tells of a fault between which bytes it is, in the words of JavaScript', () => {
    const text = `{"a":[${'1,'.repeat(100)}x,${'1,'.repeat(100)}1]}`;
    const fault = (() => {
      try {
        return inParts(text, 50);
      } catch (error) {
        return (error as GraphError).inner?.message;
      }
    })();
    expect(fault).toMatch(/^The body is not valid JSON: Unexpected token 'x' between its bytes \d+ and \d+$/);
  });
});
