import cliProgress from 'cli-progress';

/** Where the output is no terminal, a line every two seconds instead of a bar that moves. */
export function progressBar(total: number): cliProgress.SingleBar {
  const bar = new cliProgress.SingleBar(
    {
      format: '{bar} {percentage}% | {value}/{total} items | {eta_formatted} left',
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 2000,
    },
    cliProgress.Presets.shades_classic,
  );
  if (total > 0) bar.start(total, 0);
  return bar;
}
