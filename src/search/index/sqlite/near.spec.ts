import type Sqlite from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { sqliteDriver } from '../../../database/sqlite/sqlite-driver.js';
import type { NearCondition } from '../condition-parts.js';
import { createTables } from './index-file.js';
import { NearChecker, PLACES } from './near.js';

const ONE_TWO: NearCondition = {
  kind: 'near',
  phrases: [
    { words: ['one'], prefix: false },
    { words: ['two'], prefix: false },
  ],
  distance: 3,
  ordered: true,
};
const EITHER_ORDER = '{content} : NEAR("one" "two", 3)';

function indexOf(contents: readonly string[]): Sqlite.Database {
  const file = new (sqliteDriver())(':memory:');
  createTables(file, { applied: 0, build: '', complete: true, unmerged: 0 });
  file.exec(PLACES);
  const add = file.prepare('INSERT INTO "words" (rowid, "content") VALUES (?, ?)');
  file.transaction(() => contents.forEach((content, index) => add.run(index + 1, content)))();
  return file;
}

describe('the check of words near each other', () => {
  let many: Sqlite.Database;
  beforeAll(() => {
    many = indexOf(Array.from({ length: 20_001 }, (_, index) => (index % 2 === 0 ? 'one two' : 'two one')));
  });

  it('is of the newest 20,000 items that FTS5 finds', () => {
    const { ids, before } = new NearChecker(many).check(ONE_TWO, [], EITHER_ORDER)!;
    expect(before).toBe(2);
    expect(ids.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 10_000 }, (_, index) => 2 * index + 3),
    );
  });

  it('is of fewer items if their words have more than 500,000 places', () => {
    const long = 'one two '.repeat(60_000);
    const file = indexOf([long, long, long, long, long, 'two one']);
    expect(new NearChecker(file).check(ONE_TWO, [], EITHER_ORDER)).toEqual({ ids: [4, 5], before: 4 });
  });

  it('is of no item whose words alone have more than 500,000 places', () => {
    const file = indexOf(['one two', 'two one '.repeat(260_000)]);
    const { ids, before } = new NearChecker(file).check(ONE_TWO, [], EITHER_ORDER)!;
    expect({ ids, before }).toEqual({ ids: [], before: Infinity });
    expect(
      file
        .prepare('SELECT count(*) FROM "words" WHERE "words" MATCH ? AND rowid < ?')
        .pluck()
        .get(EITHER_ORDER, before),
    ).toBe(2);
  });

  it('is made a hundred times in a search', () => {
    const file = indexOf(['one two']);
    const checker = new NearChecker(file);
    for (let time = 0; time < 100; time++)
      expect(checker.check(ONE_TWO, [], EITHER_ORDER)).toEqual({ ids: [1], before: undefined });
    expect(checker.check(ONE_TWO, [], EITHER_ORDER)).toBeUndefined();
  });
});
