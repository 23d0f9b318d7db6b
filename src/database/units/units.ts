import type { EntityManager } from 'typeorm';

/**
 * The work of one unit: it uses the given manager alone, and awaits nothing but the database. It may be done again from
 * its start after all of it was undone, so it changes nothing but rows.
 */
export type Work<T> = (manager: EntityManager) => Promise<T>;

/** Runs units of work: all of one is stored when its promise is fulfilled, nothing of it when it is rejected. */
export interface Units {
  run<T>(work: Work<T>): Promise<T>;
  /** How many wait for others to end. */
  readonly waitingCount: number;
  /** Is told, if anybody asks, how many units shared a commit. */
  onCommit?: (units: number) => void;
}
