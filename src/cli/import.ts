import { loadConfiguration } from '../config/configuration.js';
import { command, UsageError } from './command.js';
import { memory, Progress } from './progress.js';
import { TransferError } from './transfer/transfer-error.js';

const USAGE = `npm run -s import -- --file FILE     fills an empty database with what npm run export has written
  --file FILE         an import that was ended goes on; - is the standard input
`;

async function fill({ file }: { readonly file?: string }): Promise<void> {
  if (!file) throw new UsageError('--file is missing');
  const configuration = loadConfiguration(process.env);
  const [{ Logger }, { importContent }, { withContentFile }] = await Promise.all([
    import('@nestjs/common'),
    import('./transfer/import-content.js'),
    import('./transfer/seekable.js'),
  ]);
  // What fails is said in the end.
  Logger.overrideLogger(false);
  const start = performance.now();
  const { rows, there } = await withContentFile(file, (content) =>
    importContent(configuration, content, (what, total) => new Progress(what, total)),
  );
  const seconds = (performance.now() - start) / 1_000;
  process.stdout.write(
    `${rows} rows imported${there > 0 ? `, of which ${there} were there already` : ''}, and read back; ` +
      `${seconds.toFixed(1)} s, at most ${memory()}.\n`,
  );
}

await command({
  usage: USAGE,
  options: { file: { type: 'string' } },
  run: fill,
  sentence: (error) => (error instanceof TransferError ? error.message : undefined),
});
