import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './child.js';

const START_LIMIT_MS = 30_000;
const POLL_MS = 100;

/** Where Debian keeps the programs that it does not put on the path; the newest version first. */
const DEBIAN = '/usr/lib/postgresql';
const USER = 'bench';
const DATABASE = 'bench';

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

export interface Postgres {
  /** For DATABASE_URL. */
  readonly url: string;
  /** Of the server itself and of the processes for its connections. */
  pids(): number[];
  /** Collects the statistics by which queries are planned, as autovacuum does within a minute. */
  analyze(): Promise<void>;
  stop(): Promise<void>;
}

function debianFolders(): string[] {
  try {
    const versions = readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(DEBIAN, version, 'bin'));
  } catch {
    return [];
  }
}

/** It refuses to run as root, and runs then as the user whom its package made. */
function identity(): Identity {
  if (process.getuid?.() !== 0) return {};
  const id = (option: string): number =>
    Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** None where there is no /proc. */
function childrenOf(pid: number): number[] {
  try {
    const ids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return ids === '' ? [] : ids.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** Starts a PostgreSQL of its own, with its defaults, so that what it acknowledges is on disk. @throws where there is none */
export async function startPostgres(): Promise<Postgres> {
  const owner = identity();
  const folder = mkdtempSync(join(tmpdir(), 'graph-connections-postgres-'));
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid!);
  const data = join(folder, 'data');
  const env = { PATH: [process.env.PATH, ...debianFolders()].join(delimiter), LC_ALL: 'C' };
  const run = promisify(execFile);
  const options = { env, cwd: folder, ...owner };
  await run('initdb', ['-D', data, '-U', USER, '--auth=trust', '-E', 'UTF8', '--no-sync'], options);

  const port = await freePort();
  const output = openSync(join(folder, 'output.log'), 'a');
  const server = spawn(
    'postgres',
    ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-c', 'unix_socket_directories='],
    { ...options, stdio: ['ignore', output, output] },
  );
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  const kill = (): void => {
    server.kill('SIGQUIT');
    removeFolder();
  };
  process.on('exit', kill);
  const ended = once(server, 'exit');

  const at = ['-h', '127.0.0.1', '-p', String(port), '-U', USER];
  for (const limit = Date.now() + START_LIMIT_MS; ;) {
    try {
      await run('createdb', [...at, DATABASE], options);
      break;
    } catch (error) {
      if (server.exitCode !== null || Date.now() > limit) throw error;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
  return {
    url: `postgres://${USER}@127.0.0.1:${port}/${DATABASE}`,
    pids: () => [server.pid!, ...childrenOf(server.pid!)],
    analyze: async () => void (await run('vacuumdb', [...at, '--analyze-only', '-q', DATABASE], options)),
    stop: async () => {
      process.off('exit', kill);
      // The fast shutdown: it does not wait for clients.
      server.kill('SIGINT');
      await ended;
      removeFolder();
    },
  };
}
