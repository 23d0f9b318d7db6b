/** The milliseconds that answers took. */
export class Latencies {
  private readonly sorted: readonly number[];

  constructor(milliseconds: readonly number[]) {
    this.sorted = milliseconds.toSorted((a, b) => a - b);
  }

  get count(): number {
    return this.sorted.length;
  }

  /** @param share 0.99 for what only one in a hundred exceeds */
  percentile(share: number): number {
    return this.sorted[Math.ceil(this.count * share) - 1] ?? Number.NaN;
  }
}
