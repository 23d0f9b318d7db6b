import cliProgress from 'cli-progress';

/** What shows how far a part of a long command is. */
export type Shown = Pick<Progress, 'advance' | 'stop'>;

/** @param what is counted */
export type Show = (what: string, total: number) => Shown;

/** Shows on the standard error how far a long command is. */
export class Progress {
  private readonly bar: cliProgress.SingleBar;
  private readonly start = performance.now();
  private done = 0;

  /**
   * @param what is counted
   * @param there how many of the total were done by an earlier run
   */
  constructor(
    what: string,
    total: number,
    private readonly there = 0,
  ) {
    this.bar = new cliProgress.SingleBar(
      {
        format: `{bar} {percentage}% | {value}/{total} ${what} | {rate} ${what}/s | {eta_formatted} left`,
        stream: process.stderr,
        noTTYOutput: true,
        notTTYSchedule: 2_000,
      },
      cliProgress.Presets.shades_classic,
    );
    this.bar.start(total, there, { rate: '…' });
  }

  advance(count: number): void {
    this.done += count;
    this.bar.update(this.there + this.done, { rate: this.rate });
  }

  stop(): void {
    this.bar.stop();
  }

  /** How many a second, in this run. */
  get rate(): number {
    return Math.round(this.done / ((performance.now() - this.start) / 1_000));
  }
}

/** The most memory that this process has had. */
export const memory = (): string => `${Math.round(process.resourceUsage().maxRSS / 1_024)} MiB of memory`;
