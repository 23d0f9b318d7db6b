import { Injectable } from '@nestjs/common';
import { type EntityManager, LessThan } from 'typeorm';
import { Database } from '../database/database.js';
import { select } from '../database/statement.js';
import { ThrottleWindowEntity } from './throttle-window.entity.js';

/** A window of time of a key, and how long the window may end in which another server counts already. */
interface Window extends Pick<ThrottleWindowEntity, 'key' | 'endDateTime'> {
  readonly latestEndDateTime: string;
}

/**
 * One more call in the window, or the first of a new one. A server whose clock is a little behind counts in the window that
 * another has begun. No query builder can say "one more than there is" of a row that may not be there.
 */
const countSql = (placeholder: (index: number) => string): string => {
  const isOther = (index: number): string =>
    `(excluded."endDateTime" > "throttle_window"."endDateTime" OR "throttle_window"."endDateTime" > ${placeholder(index)})`;
  return `INSERT INTO "throttle_window" ("key", "endDateTime", "calls") VALUES (${placeholder(0)}, ${placeholder(1)}, 1)
    ON CONFLICT ("key") DO UPDATE SET
      "calls" = CASE WHEN ${isOther(2)} THEN 1 ELSE "throttle_window"."calls" + 1 END,
      "endDateTime" = CASE WHEN ${isOther(3)} THEN excluded."endDateTime" ELSE "throttle_window"."endDateTime" END
    RETURNING "calls"`;
};

/** The counters, which every server over the same database shares. */
@Injectable()
export class ThrottleRepository {
  constructor(private readonly database: Database) {}

  /** Counts one call in each of the windows, and tells how many each has had. */
  count(windows: readonly Window[]): Promise<number[]> {
    return this.database.write(async (manager) => {
      const counts: number[] = [];
      for (const window of windows) counts.push(await countOne(manager, window));
      return counts;
    });
  }

  /** Removes the windows that ended before a time. */
  async removeEnded(before: Date): Promise<void> {
    await this.database.write((manager) =>
      manager.delete(ThrottleWindowEntity, { endDateTime: LessThan(before.toISOString()) }),
    );
  }
}

async function countOne(
  manager: EntityManager,
  { key, endDateTime, latestEndDateTime }: Window,
): Promise<number> {
  const { driver } = manager.dataSource;
  const sql = countSql((index) => driver.createParameter('value', index));
  const { rows } = await select(manager, sql, [key, endDateTime, latestEndDateTime, latestEndDateTime]);
  return Number(rows[0]![0]);
}
