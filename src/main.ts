import { createApp } from './app.js';
import { banner } from './banner.js';
import { loadConfiguration } from './config/configuration.js';
import { ConfigurationError } from './config/configuration-error.js';

/** The address is somebody else's, or not of this machine: no fault of the program. */
const ADDRESS_FAULTS = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND']);

async function main(): Promise<void> {
  const configuration = loadConfiguration(process.env);
  const app = await createApp(configuration);
  // Requests in flight are finished, then the database is closed.
  app.enableShutdownHooks(['SIGINT', 'SIGTERM'], { useProcessExit: true });
  await app.listen(configuration.server.port, configuration.server.host);
  process.stdout.write(await banner(app, configuration, (await app.getUrl()).replace('[::1]', 'localhost')));
}

main().catch((error: unknown) => {
  const known =
    error instanceof ConfigurationError || ADDRESS_FAULTS.has((error as NodeJS.ErrnoException).code ?? '');
  process.stderr.write(`${known ? (error as Error).message : (error as Error).stack}\n`);
  process.exit(1);
});
