import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDateTime } from './edm-values.js';

const instant = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

const padded = (value: number, length: number): string => String(value).padStart(length, '0');

describe('a date and time', () => {
  it('is every instant of the calendar, as JavaScript writes it', () => {
    fc.assert(fc.property(instant, (date) => isDateTime(date.toISOString())));
  });

  it('is one with any offset of up to 14 hours, any fraction of up to 12 digits, or neither', () => {
    const offset = fc.oneof(
      fc.constantFrom('', 'Z', 'z', '+00:00', '-00:00'),
      fc
        .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 59 }))
        .map(
          ([sign, hours, minutes]) =>
            `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`,
        ),
    );
    const fraction = fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,12}$/));
    fc.assert(
      fc.property(instant, fraction, offset, (date, digits, zone) =>
        isDateTime(date.toISOString().slice(0, 19) + digits + zone),
      ),
    );
  });

  it('is no day that its month does not have', () => {
    const day = fc.record({
      year: fc.integer({ min: 1, max: 9999 }),
      month: fc.integer({ min: 0, max: 13 }),
      date: fc.integer({ min: 0, max: 32 }),
    });
    fc.assert(
      fc.property(day, ({ year, month, date }) => {
        const made = new Date(Date.UTC(2000, month - 1, date));
        made.setUTCFullYear(year, month - 1, date);
        const exists = made.getUTCMonth() === month - 1 && made.getUTCDate() === date;
        const text = `${padded(year, 4)}-${padded(month, 2)}-${padded(date, 2)}T12:00:00Z`;
        expect(isDateTime(text), text).toBe(exists);
      }),
    );
  });

  it('is no other text, and never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !isDateTime(text)));
  });

  it.each(['2026-11-24', '2026-11-24T18:05:10+15:00', '2026-11-24 18:05:10Z', '0000-01-01T00:00:00Z'])(
    'is not %s',
    (text) => expect(isDateTime(text)).toBe(false),
  );
});
