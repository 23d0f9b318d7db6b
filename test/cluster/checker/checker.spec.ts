import { describe, expect, it } from 'vitest';
import { faultsOf } from './checker.js';
import type { Count } from './counts.js';
import { said } from './histories.js';

describe('the checker', () => {
  it('judges each object by itself, as a register or by its existence', () => {
    const claims = [
      { ...said('written', 0, 1, 'v1'), object: 'a1 name' },
      { ...said('written', 2, 3, 'v2'), object: 'a1 name' },
      { ...said('read', 4, 5, 'v1'), object: 'a1 name' },
      { ...said('created', 0, 1), object: 'a1' },
      { ...said('created', 0, 1), object: 'b2' },
      { ...said('missed', 2, 3), object: 'b2' },
    ];
    const found = faultsOf({ calls: [], claims }, [], 0, []);
    expect(found.map(({ of }) => of)).toEqual(['a1 name', 'b2']);
    expect(found[1]!.shownBy).toEqual([claims[4], claims[5]]);
  });

  it('finds a wrong count', () => {
    const counts: Count[] = [
      { of: 'items of a1', told: { ingestedItemsCount: 3, rows: 3 } },
      { of: 'items of b2', told: { ingestedItemsCount: 3, rows: 2 } },
      { of: 'groups of b2', told: { counted: Number.NaN, rows: 2 } },
    ];
    const found = faultsOf({ calls: [], claims: [] }, [], 0, counts);
    expect(found.map(({ of, rule }) => `${of} ${rule}`)).toEqual([
      'items of b2 is counted differently: ingestedItemsCount 3, rows 2',
      'groups of b2 is counted differently: counted NaN, rows 2',
    ]);
  });
});
