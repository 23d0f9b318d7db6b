import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../turns.js';
import {
  isLarge,
  parseExactly,
  stringifiedExactly,
  stringifyExactly,
  withPlainNumbers,
} from './exact-json.js';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** A value as `parseExactly` gives it: integers are bigints where a number would lose digits, and only there. */
const exact = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    int64.map(exact),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString'), fc.string()),
      tie('value'),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
  ),
})).value;

describe('exact JSON', () => {
  it('reads back what it wrote, with every digit', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = stringifyExactly(value);
        expect(stringifyExactly(parseExactly(text))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the digits of every Int64, wherever it stands', () => {
    fc.assert(
      fc.property(int64, fc.constantFrom('', ' ', '\n', '\t\r'), (value, space) => {
        for (const json of [
          `{"a":${space}${value}}`,
          `[${space}${value}]`,
          `[0,${space}${value}${space}]`,
          `${value}`,
        ])
          expect(stringifyExactly(parseExactly(json))).toBe(json.replaceAll(/\s/g, ''));
      }),
    );
  });

  it('reads all else as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(withPlainNumbers(parseExactly(json))).toEqual(JSON.parse(json));
        expect(withPlainNumbers(parseExactly(`[${json},12345678901234567]`))).toEqual([
          JSON.parse(json),
          Number('12345678901234567'),
        ]);
      }),
    );
  });

  it.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['1234567890123456.5', 1234567890123456.5],
    ['1e15', 1e15],
    ['1e300', 1e300],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['1e-400', 0],
    ['123456789012345678901', 123456789012345680000],
  ])('reads %s', (text, value) => {
    expect(parseExactly(text)).toBe(value);
    expect(parseExactly(`{"a": ${text}}`)).toEqual({ a: value });
  });

  it.each(['1e400', '-1e400', '1.5E+999', '12345678e302', '9'.repeat(309), '1E0400'])(
    'refuses %s, which no double holds',
    (text) => {
      for (const json of [text, `[${text}]`, `[1,\n${text}]`, `{"a":${text}}`])
        expect(() => parseExactly(json)).toThrow(SyntaxError);
      expect(parseExactly(JSON.stringify({ a: `: ${text}` }))).toEqual({ a: `: ${text}` });
    },
  );

  it('lets the last of two members of a name count, and keeps __proto__ a member like another', () => {
    for (const number of ['1', '12345678901234567890']) {
      const value = parseExactly(`{"a":1,"a":${number},"__proto__":{"b":${number}}}`) as object;
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(stringifyExactly(value)).toBe(`{"a":${number},"__proto__":{"b":${number}}}`);
    }
  });
});

describe('JSON that is written in steps', () => {
  const large = fc
    .object({
      values: [fc.string(), fc.integer(), fc.bigInt(), fc.constant(undefined), fc.constant(null)],
      maxDepth: 4,
    })
    .map((value) => ({
      value,
      long: 'x'.repeat(70_000),
      many: Array.from({ length: 3_000 }, (_, index) => ({ index, name: `name ${index}`, none: undefined })),
      mixed: [value, ['y'.repeat(70_000), value], undefined, [], {}],
    }));

  it('is the same as in one go', () => {
    fc.assert(
      fc.property(large, (value) => {
        expect(isLarge(value)).toBe(true);
        expect(atOnce(stringifiedExactly(value))).toBe(stringifyExactly(value));
      }),
      { numRuns: 100 },
    );
  });

  it('takes a step for about each 65,536 characters', () => {
    const steps = stringifiedExactly({
      value: Array.from({ length: 100_000 }, (_, index) => `text ${index}`),
    });
    let count = 0;
    while (steps.next().done !== true) count++;
    expect(count).toBeGreaterThan(20);
  });

  it('is for what is large alone', () => {
    expect(isLarge({ value: [{ id: 'x'.repeat(60_000) }] })).toBe(false);
    expect(isLarge({ value: [{ id: 'x'.repeat(66_000) }] })).toBe(true);
    expect(isLarge(Array.from({ length: 10_000 }, () => 0))).toBe(true);
  });
});
