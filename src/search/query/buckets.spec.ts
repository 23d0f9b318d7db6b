import { describe, expect, it } from 'vitest';
import type { PropertyType } from '../../schema/enums.js';
import type { AggregationOptionDto, BucketAggregationDefinitionDto } from '../dto/search-request.dto.js';
import { bucketsOf } from './buckets.js';

const option = (
  definition: Partial<BucketAggregationDefinitionDto> = {},
  size?: number,
): AggregationOptionDto => ({
  field: 'priority',
  size,
  bucketDefinition: { sortBy: 'count', ...definition },
});

const COUNTED = [
  { key: 'low', count: 2 },
  { key: 'high', count: 5 },
  { key: 'Higher', count: 1 },
];

const keys = (asked: AggregationOptionDto, counted = COUNTED, type: PropertyType = 'string'): string[] =>
  bucketsOf(asked, type, counted).map(({ key }) => key);

describe('buckets of an aggregation', () => {
  it('search 7: have key, count and token', () => {
    expect(bucketsOf(option({ isDescending: true }), 'string', COUNTED)[0]).toEqual({
      key: 'high',
      count: 5,
      aggregationFilterToken: '"ǂǂ68696768"',
    });
  });

  it('search 7: are sorted by count, or by key as text, upwards or downwards', () => {
    expect(keys(option())).toEqual(['Higher', 'low', 'high']);
    expect(keys(option({ isDescending: true }))).toEqual(['high', 'low', 'Higher']);
    expect(keys(option({ sortBy: 'keyAsString' }))).toEqual(['Higher', 'high', 'low']);
    expect(keys(option({ sortBy: 'keyAsString', isDescending: true }))).toEqual(['low', 'high', 'Higher']);
  });

  it('search 7: are sorted by key as number, and what is no number comes last', () => {
    const numbers = ['10', '9', 'x', '-1'].map((key) => ({ key, count: 1 }));
    expect(keys(option({ sortBy: 'keyAsNumber' }), numbers)).toEqual(['-1', '9', '10', 'x']);
  });

  it('search 7: leave out what is rarer than minimumCount or does not begin with prefixFilter', () => {
    expect(keys(option({ minimumCount: 2 }))).toEqual(['low', 'high']);
    expect(keys(option({ prefixFilter: 'hi' }))).toEqual(['Higher', 'high']);
  });

  it('search 7: are as many as size says, 10 without it, and all of the ranges', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ key: `k${index}`, count: index + 1 }));
    expect(keys(option({}, 3), many)).toEqual(['k0', 'k1', 'k2']);
    expect(keys(option(), many)).toHaveLength(10);
    const ranges = Array.from({ length: 12 }, (_, index) => ({ from: String(index) }));
    const counted = ranges.map((_, index) => ({ key: index, count: 1 }));
    expect(bucketsOf(option({ ranges }), 'int64', counted)).toHaveLength(12);
  });

  it('search 7: of numbers without ranges have the token of a range of one value', () => {
    expect(bucketsOf(option(), 'int64', [{ key: 7n, count: 1 }])).toEqual([
      { key: '7', count: 1, aggregationFilterToken: 'range(7, 7, to="le")' },
    ]);
  });

  it('search 7: of ranges of numbers are named by their ends', () => {
    const ranges = [{ to: '100' }, { from: '100', to: '1000' }, { from: '1000', to: 'max' }];
    const counted = ranges.map((_, key) => ({ key, count: 1 }));
    expect(bucketsOf(option({ ranges, sortBy: 'keyAsNumber' }), 'double', counted)).toEqual([
      { key: 'Less than 100', count: 1, aggregationFilterToken: 'range(min, 100)' },
      { key: '100 up to 1000', count: 1, aggregationFilterToken: 'range(100, 1000)' },
      { key: '1000 and up', count: 1, aggregationFilterToken: 'range(1000, max, to="le")' },
    ]);
  });

  it('search 7: of ranges of dates are named by their days', () => {
    const ranges = [{ to: '2026-01-01' }, { from: '2026-01-01', to: '2026-02-01' }, { from: '2026-02-01' }];
    const counted = ranges.map((_, key) => ({ key, count: 1 }));
    expect(keys(option({ ranges, sortBy: 'keyAsNumber' }), counted as never, 'dateTime')).toEqual([
      'Before 2026-01-01',
      'From 2026-01-01 up to 2026-02-01',
      '2026-02-01 or later',
    ]);
  });
});
