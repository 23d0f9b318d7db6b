import type { PropertyType } from '../../schema/enums.js';
import type { AggregationOptionDto } from '../dto/search-request.dto.js';
import type { SearchBucketDto } from '../dto/search-response.dto.js';
import { rangeToken, valueToken, type WrittenRange } from './aggregation-tokens.js';

/** No document has a number. */
const DEFAULT_BUCKETS = 10;

/** What the index counted: the hits of a value, or of the range at this place. */
export interface Counted {
  readonly key: string | number | bigint;
  readonly count: number;
}

interface Bucket extends SearchBucketDto {
  /** What it is sorted by as a number: the value, or the place of the range. */
  readonly number: number;
}

const isDate = (type: PropertyType): boolean => type.startsWith('dateTime');
const isNumber = (type: PropertyType): boolean => type.startsWith('int64') || type.startsWith('double');

/** The ranges of an aggregation, each end without what stands for no limit. */
export const writtenRanges = ({ bucketDefinition: { ranges } }: AggregationOptionDto): WrittenRange[] =>
  (ranges ?? []).map(({ from, to }) => ({ from: end(from, 'min'), to: end(to, 'max') }));

function end(text: string | null | undefined, none: string): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' || trimmed.toLowerCase() === none ? undefined : trimmed;
}

/** A range in the words of the service (docs/contract/search.md#7). */
function rangeInWords({ from, to }: WrittenRange, type: PropertyType): string {
  if (isDate(type)) {
    if (from === undefined) return to === undefined ? 'All' : `Before ${to}`;
    return to === undefined ? `${from} or later` : `From ${from} up to ${to}`;
  }
  if (from === undefined) return to === undefined ? 'All' : `Less than ${to}`;
  return to === undefined ? `${from} and up` : `${from} up to ${to}`;
}

function bucketOf({ key, count }: Counted, type: PropertyType, ranges: readonly WrittenRange[]): Bucket {
  const range = ranges[Number(key)];
  if (range !== undefined)
    return {
      key: rangeInWords(range, type),
      count,
      aggregationFilterToken: rangeToken(range),
      number: Number(key),
    };
  const text = String(key);
  const token = isNumber(type) ? rangeToken({ from: text, to: text, withTo: true }) : valueToken(text);
  return { key: text, count, aggregationFilterToken: token, number: Number(text) };
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Text that is no number comes behind all numbers. */
const byNumber = (a: Bucket, b: Bucket): number => {
  if (Number.isNaN(a.number) || Number.isNaN(b.number))
    return Number(Number.isNaN(a.number)) - Number(Number.isNaN(b.number)) || byText(a.key, b.key);
  return a.number - b.number;
};

const ORDERS: Record<string, (a: Bucket, b: Bucket) => number> = {
  count: (a, b) => a.count - b.count,
  keyAsString: (a, b) => byText(a.key, b.key),
  keyAsNumber: byNumber,
};

/**
 * The buckets of an aggregation, as its definition asks for them: sorted, without those that are too small or begin
 * otherwise, as many as it wants (docs/contract/search.md#7).
 * @param counted by the index; with ranges, a key is the place of a range
 */
export function bucketsOf(
  option: AggregationOptionDto,
  type: PropertyType,
  counted: readonly Counted[],
): SearchBucketDto[] {
  const { sortBy, isDescending, minimumCount, prefixFilter } = option.bucketDefinition;
  const ranges = writtenRanges(option);
  const prefix = prefixFilter?.toLowerCase() ?? '';
  const order = ORDERS[sortBy] ?? ORDERS.count!;
  const most = option.size ?? (ranges.length > 0 ? ranges.length : DEFAULT_BUCKETS);
  return counted
    .map((one) => bucketOf(one, type, ranges))
    .filter(({ key, count }) => count >= (minimumCount ?? 0) && key.toLowerCase().startsWith(prefix))
    .toSorted((a, b) => (isDescending ? order(b, a) : order(a, b)) || byNumber(a, b))
    .slice(0, most)
    .map(({ number: _number, ...bucket }) => bucket);
}
