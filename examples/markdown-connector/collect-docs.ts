import { cp, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Something to ingest, without a network: the documentation of the packages that `npm ci` has installed. */
const SOURCE = 'node_modules';
const WHOLE_FOLDERS = ['fastify/docs'];

async function packages(): Promise<string[]> {
  const names = await readdir(SOURCE);
  const scoped = names
    .filter((name) => name.startsWith('@'))
    .map(async (scope) => (await readdir(join(SOURCE, scope))).map((name) => `${scope}/${name}`));
  return [...names, ...(await Promise.all(scoped)).flat()];
}

async function markdownFiles(): Promise<string[]> {
  const readmes = (await packages()).map(async (name) =>
    (await readdir(join(SOURCE, name)).catch(() => []))
      .filter((file) => /^readme\.md$/i.test(file))
      .map((file) => `${name}/${file}`),
  );
  const whole = WHOLE_FOLDERS.map(async (folder) =>
    (await readdir(join(SOURCE, folder), { recursive: true }))
      .filter((file) => file.endsWith('.md'))
      .map((file) => `${folder}/${file}`),
  );
  return (await Promise.all([...readmes, ...whole])).flat();
}

const [target = 'data/markdown'] = process.argv.slice(2);
const files = await markdownFiles();
for (const file of files) {
  await mkdir(dirname(join(target, file)), { recursive: true });
  await cp(join(SOURCE, file), join(target, file), { preserveTimestamps: true });
}
console.log(`${files.length} Markdown files are in ${target}.`);
