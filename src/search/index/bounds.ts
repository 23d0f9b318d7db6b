/** Matches are counted up to here, and one more says that there are more. */
export const MOST_COUNTED = 10_000;

/** Words of more items than this are so common that how often an item has them says little, and would take long to learn. */
export const MOST_SCORED = 50_000;

/** Of more matches than can be counted, so many are ranked: those that have the words where they weigh more, and the newest. */
export const MOST_CANDIDATES = 300;

/** The newest matches whose values are counted into buckets. */
export const MOST_AGGREGATED = 50_000;
