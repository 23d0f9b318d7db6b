import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOf } from './column-kind.js';
import { ContentTable } from './content-table.js';

const column = (name: string, type: 'varchar' | 'text' | 'integer' | 'simple-json', isKey = false) => ({
  name,
  kind: kindOf(name, { type }),
  isNullable: !isKey,
  isKey,
});
const TABLE = new ContentTable('sample', [
  column('id', 'varchar', true),
  column('note', 'text'),
  column('rank', 'integer'),
  column('settings', 'simple-json'),
]);

const readBack = (line: string): unknown[] =>
  TABLE.valuesOf(line, (JSON.parse(line) as { row: Record<string, unknown> }).row);

const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0') && value.isWellFormed());

describe('the line of a row', () => {
  it('is one line, and gives back the row to the last character', () => {
    const row = fc.record({
      id: text,
      note: fc.option(text),
      rank: fc.option(fc.maxSafeInteger()),
      settings: fc.option(fc.oneof(text, fc.json(), fc.json({ stringUnit: 'binary' }))),
    });
    fc.assert(
      fc.property(row, (values) => {
        const line = TABLE.lineOf(Object.values(values));
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(readBack(line)).toEqual(Object.values(values));
      }),
    );
  });

  it.each([
    ['{"a":9007199254740993,"b":[1e+21,-0.5,"é🙂"],"__proto__":{"c":null}}', true],
    ['[]', true],
    ['{"a":-9223372036854775808}', true],
    ['{"a": 1,\t"a":1.0}', true],
    ['{"2":1,"1":["\\\\","\\"]}",{"a\\\\\\"b":[[]]}]}', true],
    ['{"a":"\\u00e9\\ud800"}', true],
    ['{"a":123456789012345678901234567890}', true],
    ['{"a":\n1}', false],
    ['{"a":', false],
    ['"text"', false],
    ['7', false],
    ['', false],
  ])('embeds %s as JSON: %s', (settings, embedded) => {
    const line = TABLE.lineOf(['1', '{"a":1}', null, settings]);
    expect(line.endsWith(`"settings":${embedded ? settings : JSON.stringify(settings)}}}\n`)).toBe(true);
    expect(readBack(line)).toEqual(['1', '{"a":1}', null, settings]);
  });

  it('has no form for a type of column that nobody has thought of', () => {
    expect(() => kindOf('price', { type: 'decimal' })).toThrow('The column price is of the type decimal');
  });
});
