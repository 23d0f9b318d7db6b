import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, isItemDateTime } from './property-values.js';

const FORMS = ['2026-03-26', '2026-03-26T05:13', '2026-03-26T05:13:06', '2026-03-26T05:13:06.000'];
const ZONES = ['', 'Z', 'z', '+00:00', '-00:00', '+0000', '+00', '+05:30', '-0530', '+14', '-14:59'];

describe('field 1.1: a dateTime value of an item', () => {
  it('is a date, or a date and time with any of the zones', () => {
    expect(isItemDateTime(FORMS[0]!)).toBe(true);
    for (const form of FORMS.slice(1))
      for (const zone of ZONES) {
        expect(isItemDateTime(form + zone), form + zone).toBe(true);
        expect(isItemDateTime(form.toLowerCase() + zone), form + zone).toBe(true);
      }
  });

  it('has 1 to 9 digits of fraction', () => {
    for (let digits = 0; digits <= 13; digits++) {
      const text = `2026-03-26T05:13:06.${'1'.repeat(digits)}Z`;
      expect(isItemDateTime(text), text).toBe(digits >= 1 && digits <= 9);
    }
  });

  it.each([
    '',
    '20260326',
    '20260328T051306Z',
    '2026-03-26T051306Z',
    '20260326T05:13:06Z',
    '2026-W13-4',
    '2026-085',
    '2026-03',
    '2026',
    '2026-3-6',
    '2026-03-26 05:13:06',
    '2026-03-26T05:13:06 Z',
    ' 2026-03-26',
    '2026-03-26\n',
    '2026-03-26T',
    '2026-03-26T05',
    '2026-03-26T05Z',
    '2026-03-26T5:13Z',
    '2026-03-26T05:13.5Z',
    '2026-03-26T05:13:06,5Z',
    '2026-03-26T05:13:06.Z',
    '2026-03-26Z',
    '2026-03-26+01:00',
    '2026-03-26T05:13:06+1',
    '2026-03-26T05:13:06+100',
    '2026-03-26T05:13:06+01:0',
    '2026-03-26T05:13:06+01:00:00',
    '2026-03-26T05:13:06+01:',
    '2026-03-26T05:13:06+15',
    '2026-03-26T05:13:06+0160',
    '2026-03-26T05:13:06ZZ',
    '2026-03-26T24:00:00Z',
    '2026-03-26T23:59:60Z',
    '2026-03-26T05:60Z',
    '2026-02-30',
    '2026-02-30T05:13Z',
    '2025-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '0000-01-01',
    '+12026-03-26',
    '-2026-03-26',
    '26 Mar 2026 05:13:06 GMT',
    'Thu, 26 Mar 2026 05:13:06 GMT',
    '03/26/2026',
    '\u0662\u0660\u0662\u0666-03-26',
  ])('is not %j', (text) => {
    expect(isItemDateTime(text)).toBe(false);
    expect(instantOf(text)).toBeUndefined();
  });

  it('never throws, whatever the text is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\dTZtz:+.-]*$/)), (text) => {
        expect(typeof isItemDateTime(text)).toBe('boolean');
      }),
    );
  });

  it('is compared as an instant: UTC without a zone, a date alone from its first instant', () => {
    const same = [
      '2026-03-26',
      '2026-03-26T00:00',
      '2026-03-26t00:00:00z',
      '2026-03-26T00:00:00.0',
      '2026-03-26T00:00:00.000000000+00',
      '2026-03-26T05:30+05:30',
      '2026-03-26T05:30:00+0530',
      '2026-03-25T22:00-02',
      '2026-03-26T00:00:00-00:00',
    ];
    expect(new Set(same.map(instantOf))).toEqual(new Set([BigInt(Date.UTC(2026, 2, 26)) * 1_000_000n]));
  });

  it('is sorted to the nanosecond, before 1970 as well', () => {
    const sorted = [
      '0001-01-01',
      '0099-12-31T23:59:59.999999999Z',
      '1969-12-31T23:59:59.000000001Z',
      '1969-12-31T23:59:59.999999999Z',
      '1970-01-01',
      '1970-01-01T00:00:00.000000001',
      '1970-01-01T00:00:00.00000001Z',
      '2026-03-26T05:13:06+02',
      '2026-03-26T05:13:06+0130',
      '2026-03-26T05:13:06',
      '9999-12-31T23:59:59.999999999-1459',
    ];
    const instants = sorted.map((text) => instantOf(text)!);
    expect(instants.toSorted((a, b) => (a < b ? -1 : Number(a > b)))).toEqual(instants);
    expect(new Set(instants).size).toBe(sorted.length);
  });

  it('that an earlier version stored, with up to 12 digits of fraction, has its instant', () => {
    expect(instantOf('2026-03-26T00:00:00.123456789012Z')).toBe(instantOf('2026-03-26T00:00:00.123456789Z'));
  });
});
