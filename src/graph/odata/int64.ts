/** A bigint comes from text with more digits than a number holds. */
export const isInt64 = (value: unknown): value is number | bigint =>
  Number.isSafeInteger(value) || (typeof value === 'bigint' && BigInt.asIntN(64, value) === value);
