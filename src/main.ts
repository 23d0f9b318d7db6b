import { createApp } from './app.js';
import { banner } from './banner.js';
import { command } from './cli/command.js';
import { type Configuration, loadConfiguration } from './config/configuration.js';

const USAGE = `npm start     starts the server; the README lists its settings, which are environment variables
`;

const OTHER_PORT = 'PORT=3001 npm start (in PowerShell: $env:PORT=3001; npm start)';

/** The address is in use, not allowed, or not one of this machine. */
class AddressFault extends Error {}

/** A message with advice; undefined for any other failure. */
function adviceOn(
  { host, port }: Configuration['server'],
  { code }: NodeJS.ErrnoException,
): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `Another program already listens on port ${port} of ${host}. Stop it, or choose another port: ${OTHER_PORT}.`;
    case 'EACCES':
      return `PORT="${port}" is not allowed for this user. Choose a port above 1023: ${OTHER_PORT}.`;
    case 'EADDRNOTAVAIL':
      return `HOST="${host}" is invalid: this machine has no such address.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST="${host}" is invalid: no address is known for this name.`;
    default:
      return undefined;
  }
}

const ORPHAN_CHECK_MS = 250;

/** npm passes a signal to its shell only. The shell ends and leaves the server behind, so the server watches for that. */
function endWithNpm(): void {
  if (process.env.npm_lifecycle_event !== 'start' || process.platform === 'win32') return;
  const shell = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(check);
    process.kill(process.pid, 'SIGTERM');
  }, ORPHAN_CHECK_MS).unref();
}

async function start(): Promise<void> {
  const configuration = loadConfiguration(process.env);
  const { host, port } = configuration.server;
  const app = await createApp(configuration);
  // Requests in flight are finished, then the database is closed.
  app.enableShutdownHooks(['SIGINT', 'SIGTERM'], { useProcessExit: true });
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close();
    const advice = adviceOn(configuration.server, error as NodeJS.ErrnoException);
    throw advice === undefined ? error : new AddressFault(advice);
  }
  endWithNpm();
  process.stdout.write(await banner(app, configuration, (await app.getUrl()).replace('[::1]', 'localhost')));
}

await command({
  usage: USAGE,
  options: {},
  run: start,
  sentence: (error) => (error instanceof AddressFault ? error.message : undefined),
});
// A start that failed may have left a connection open that would keep the process alive.
if (process.exitCode === 1) process.stderr.write('', () => process.exit());
