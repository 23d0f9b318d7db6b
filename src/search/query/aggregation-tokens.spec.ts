import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinsProperties, rangeToken, readAggregationFilter, valueToken } from './aggregation-tokens.js';

describe('tokens of aggregations', () => {
  it('search 7: a value is the hexadecimal digits of its UTF-8 bytes, behind two signs and in quotes', () => {
    expect(valueToken('high')).toBe('"ǂǂ68696768"');
    expect(valueToken('ü')).toBe('"ǂǂc3bc"');
    expect(valueToken('')).toBe('"ǂǂ"');
  });

  it('search 7: a range names its ends, min and max where it has none, and includes the upper one there alone', () => {
    expect(rangeToken({ to: '100' })).toBe('range(min, 100)');
    expect(rangeToken({ from: '100', to: '1000' })).toBe('range(100, 1000)');
    expect(rangeToken({ from: '1000' })).toBe('range(1000, max, to="le")');
    expect(rangeToken({ from: '5', to: '5', withTo: true })).toBe('range(5, 5, to="le")');
  });

  it.each([
    ['priority:"ǂǂ68696768"', 'or', [{ text: 'high' }]],
    [String.raw`priority:"\"ǂǂ68696768\""`, 'or', [{ text: 'high' }]],
    ['priority:or("ǂǂ68","ǂǂ6c")', 'or', [{ text: 'h' }, { text: 'l' }]],
    ['priority : OR( "ǂǂ68" , "ǂǂ6c" )', 'or', [{ text: 'h' }, { text: 'l' }]],
    ['priority:and("ǂǂ68","ǂǂ6c")', 'and', [{ text: 'h' }, { text: 'l' }]],
    ['priority:"high"', 'or', [{ text: 'high' }]],
    ['priority:range(min, 100)', 'or', [{ range: { to: '100', withoutFrom: false, withTo: false } }]],
    [
      'priority:range(100, max, to="le")',
      'or',
      [{ range: { from: '100', withoutFrom: false, withTo: true } }],
    ],
    [
      'priority:or(range(1,2,from="gt"),"x")',
      'or',
      [{ range: { from: '1', to: '2', withoutFrom: true, withTo: false } }, { text: 'x' }],
    ],
  ])('search 7: a filter %s is read', (filter, joinedBy, tokens) => {
    expect(readAggregationFilter(filter)).toEqual({ field: 'priority', joinedBy, tokens });
  });

  it.each([
    'priority',
    '',
    'priority:',
    'priority:high',
    'priority:"ǂǂzz"',
    'priority:"ǂǂ686"',
    'priority:"ǂǂff"',
    'priority:or("a"',
    'priority:"a" OR x:"b"',
    'priority:range(1)',
    `priority:or(${Array(101).fill('"a"').join(',')})`,
  ])('search 7: a filter %s cannot be read, and says why', (filter) => {
    expect(readAggregationFilter(filter)).toEqual({ why: expect.stringMatching(/\w/) });
  });

  it('search 7: a filter that joins several properties is told apart', () => {
    expect(joinsProperties('and(priority:"ǂǂ68",state:"ǂǂ6c")')).toBe(true);
    expect(joinsProperties(' OR (a:"b",c:"d")')).toBe(true);
    expect(joinsProperties('priority:or("a","b")')).toBe(false);
    expect(joinsProperties('order:"a"')).toBe(false);
  });

  it('search 7: the token of any value is read back as that value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(readAggregationFilter(`f:${valueToken(text)}`)).toMatchObject({ tokens: [{ text }] });
      }),
    );
  });

  it('search 7: no text of up to 200 characters does more than to be read or not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(readAggregationFilter(text)).toBeDefined();
        expect(readAggregationFilter(`f:${text}`)).toBeDefined();
      }),
    );
  });
});
