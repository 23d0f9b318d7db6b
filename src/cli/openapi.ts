import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../app.js';
import { loadConfiguration } from '../config/configuration.js';
import { createDocument } from '../openapi/documents.js';

const FILE = 'openapi/openapi.json';

/** Writes the OpenAPI document of the default configuration, whatever the environment says, with no trace of its run. */
async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'graph-connections-openapi-'));
  try {
    const configuration = loadConfiguration({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
    const app = await createApp(configuration);
    mkdirSync('openapi', { recursive: true });
    writeFileSync(FILE, `${JSON.stringify(createDocument(app, configuration), undefined, 2)}\n`);
    await app.close();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
  process.stdout.write(`${FILE} is written.\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
