/**
 * Builds `dist`, and only if it is not current. The compiler writes to a new folder, which then takes the place of
 * `dist`: a program that starts or runs meanwhile never sees half of a build, and a build that fails changes nothing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const TARGET = 'dist';
/** In `dist`: what it was built from. */
const STAMP = '.built-from';
const CONFIGURATION = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** Of everything that decides what the compiler writes. */
function fingerprint() {
  const sources = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const hash = createHash('sha256');
  for (const file of [...CONFIGURATION, ...sources.toSorted()])
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function stamp() {
  try {
    return readFileSync(join(TARGET, STAMP), 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether the rename was done; not if the source is missing, or the target is there. */
function renamed(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) return false;
    throw error;
  }
}

const wanted = fingerprint();
if (stamp() !== wanted) {
  const folder = mkdtempSync(`${TARGET}-`);
  const built = join(folder, 'new');
  try {
    const { status } = spawnSync(process.execPath, [TSC, '-p', 'tsconfig.build.json', '--outDir', built], {
      stdio: 'inherit',
    });
    if (status === 0) {
      writeFileSync(join(built, STAMP), wanted);
      // Another build may put its own there in between.
      for (let attempt = 1; !renamed(built, TARGET); attempt++) {
        if (attempt > 100) throw new Error(`${TARGET} cannot be replaced.`);
        renamed(TARGET, join(folder, `old-${attempt}`));
      }
    }
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
