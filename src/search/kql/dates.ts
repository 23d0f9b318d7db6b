import { ticksOf } from '../ticks.js';

const TICKS_PER_MS = 10_000n;
const MS_PER_DAY = 86_400_000;
const DAYS_PER_WEEK = 7;
const SUNDAY = 0;
const MONDAY = 1;

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?(?:Z|[+-]\d\d:\d\d)?$/i;

/** Ticks, see `ticksOf`; the end is exclusive. */
export interface Interval {
  readonly from: bigint;
  readonly to: bigint;
}

/** The server's clock, and the culture of the query, such as `en-US`. */
export interface Today {
  readonly now: Date;
  readonly culture?: string | undefined;
}

/** The time that a value of a query names: a day, an instant, or a word such as `this week` (docs/contract/kql.md#4, "Dates"). */
export function intervalOf(value: string, today: Today): Interval | undefined {
  const named = NAMED[value.toLowerCase()]?.(today);
  if (named !== undefined) return { from: ticksOfMs(named[0]), to: ticksOfMs(named[1]) };
  const isDay = DAY.test(value);
  if (!isDay && !INSTANT.test(value)) return undefined;
  const from = ticksOf(value);
  return from === undefined ? undefined : { from, to: from + (isDay ? ticksOfMs(MS_PER_DAY) : 1n) };
}

const ticksOfMs = (ms: number): bigint => BigInt(ms) * TICKS_PER_MS;

const startOfDay = ({ now }: Today): number => Math.floor(now.getTime() / MS_PER_DAY) * MS_PER_DAY;

function startOfWeek(today: Today): number {
  const first = today.culture?.toLowerCase() === 'en-us' ? SUNDAY : MONDAY;
  const days = (today.now.getUTCDay() - first + DAYS_PER_WEEK) % DAYS_PER_WEEK;
  return startOfDay(today) - days * MS_PER_DAY;
}

function startOfMonth({ now }: Today, months: number): number {
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months);
}

const startOfYear = ({ now }: Today, years: number): number => Date.UTC(now.getUTCFullYear() + years, 0);

/** First instant and end in milliseconds. */
const NAMED: Readonly<Record<string, (today: Today) => readonly [number, number]>> = {
  __proto__: null as never,
  today: (today) => [startOfDay(today), startOfDay(today) + MS_PER_DAY],
  yesterday: (today) => [startOfDay(today) - MS_PER_DAY, startOfDay(today)],
  'this week': (today) => [startOfWeek(today), startOfWeek(today) + DAYS_PER_WEEK * MS_PER_DAY],
  'this month': (today) => [startOfMonth(today, 0), startOfMonth(today, 1)],
  'last month': (today) => [startOfMonth(today, -1), startOfMonth(today, 0)],
  'this year': (today) => [startOfYear(today, 0), startOfYear(today, 1)],
  'last year': (today) => [startOfYear(today, -1), startOfYear(today, 0)],
};
