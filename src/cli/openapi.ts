import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../app.js';
import { command } from './command.js';
import { loadConfiguration } from '../config/configuration.js';
import { publishedDocuments } from '../openapi/documents.js';

const USAGE = `npm run openapi     writes the OpenAPI documents into the folder openapi
`;

const FOLDER = 'openapi';

/** Writes the OpenAPI documents of the default configuration. Ignores the environment and leaves no other file. */
async function write(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'graph-connections-openapi-'));
  try {
    const configuration = loadConfiguration({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
    const app = await createApp(configuration);
    mkdirSync(FOLDER, { recursive: true });
    for (const { path, document } of publishedDocuments(app, configuration)) {
      const file = join(FOLDER, `${path}.json`);
      writeFileSync(file, `${JSON.stringify(document(), undefined, 2)}\n`);
      process.stdout.write(`Wrote ${file}.\n`);
    }
    await app.close();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await command({ usage: USAGE, options: {}, run: write });
