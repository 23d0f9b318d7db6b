/** Compiles `src` to `dist-dev` on each change, and restarts the server after it. Ctrl-C ends both. */
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const COMPILE = [TSC, '-p', 'tsconfig.dev.json'];

// The server needs its code before it can watch it. Type errors are shown, and do not stop it.
spawnSync(process.execPath, COMPILE, { stdio: 'inherit' });

const children = [
  [...COMPILE, '--watch', '--preserveWatchOutput'],
  ['--watch', '--watch-preserve-output', 'dist-dev/main.js'],
].map((args) => spawn(process.execPath, args, { stdio: 'inherit' }));

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => children.forEach((child) => child.kill(signal)));
