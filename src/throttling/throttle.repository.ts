import { Injectable } from '@nestjs/common';
import { type EntityManager, LessThan } from 'typeorm';
import { Database } from '../database/database.js';
import { select } from '../database/statement.js';
import { ThrottleWindowEntity } from './throttle-window.entity.js';

/** A window of time of a key, and how long the window may end in which another server counts already. */
interface Window extends Pick<ThrottleWindowEntity, 'key' | 'endDateTime'> {
  readonly latestEndDateTime: string;
}

/** Whether the call belongs to another window than the stored one. Binds the latest possible end of the window. */
const IS_OTHER =
  '(excluded."endDateTime" > "throttle_window"."endDateTime" OR "throttle_window"."endDateTime" > ?)';

/**
 * Counts one more call in the window, or the first of a new one. A server whose clock is slightly behind counts in the
 * window that another server has begun.
 */
const COUNT = `INSERT INTO "throttle_window" ("key", "endDateTime", "calls") VALUES (?, ?, 1)
  ON CONFLICT ("key") DO UPDATE SET
    "calls" = CASE WHEN ${IS_OTHER} THEN 1 ELSE "throttle_window"."calls" + 1 END,
    "endDateTime" = CASE WHEN ${IS_OTHER} THEN excluded."endDateTime" ELSE "throttle_window"."endDateTime" END
  RETURNING "calls"`;

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
  const values = [key, endDateTime, latestEndDateTime, latestEndDateTime];
  const { rows } = await select(manager, COUNT, values);
  return Number(rows[0]![0]);
}
