import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../program.js';
import { postgresBinaries } from './binaries.js';

const run = promisify(execFile);

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to be run by root, so somebody else must. */
function owner(): Owner {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const idOf = (what: string): number =>
        Number(execFileSync('id', [what, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: idOf('-u'), gid: idOf('-g') };
    } catch {
      // The next one.
    }
  }
  throw new Error('PostgreSQL cannot be run by root, and there is neither a user postgres nor nobody.');
}

/** Text is not ordered by its bytes by itself here, as on most servers; before PostgreSQL 15, as the machine has it. */
const LANGUAGE_ORDER = ['--locale-provider=icu', '--icu-locale=en', '--locale=C.UTF-8'];

/**
 * Keeps PostgreSQL while its input is open: it goes, with its data, when it is told to and when the process that started
 * it is gone, however that ended.
 */
const KEEPER = `
"$1/pg_ctl" -D "$2/data" -l "$2/log" -w -t 600 -s -o "$3" start || { cat "$2/log" >&2; exit 1; }
echo started
cat >/dev/null
"$1/pg_ctl" -D "$2/data" -s -m immediate stop
rm -rf "$2"
`;

/**
 * Without fsync and what else is there for a machine that fails: it is killed in tests, but the machine is not, and that
 * keeps what was written. Without autovacuum, which would go round the databases of all test files.
 */
const optionsOf = (port: number, folder: string): string =>
  `-c listen_addresses=127.0.0.1 -p ${port} -k ${folder} -c max_connections=300 -c fsync=off -c full_page_writes=off -c autovacuum=off -c max_wal_size=4GB`;

/** A PostgreSQL of its own: a private folder, a free port, trusted connections over loopback alone. */
export class PostgresCluster {
  private constructor(
    private readonly binaries: string,
    private readonly folder: string,
    private readonly as: Owner,
    private readonly keeper: ChildProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<PostgresCluster> {
    const binaries = postgresBinaries();
    if (binaries === undefined)
      throw new Error('PostgreSQL is not installed (Debian: apt install postgresql).');
    const as = owner();
    const folder = mkdtempSync(join(tmpdir(), 'graph-connections-postgres-'));
    if (as.uid !== undefined) chownSync(folder, as.uid, as.gid!);
    try {
      await initialized(binaries, folder, as);
      const port = await freePort();
      const options = optionsOf(port, folder);
      const keeper = spawn('sh', ['-c', KEEPER, 'sh', binaries, folder, options], {
        ...as,
        cwd: folder,
        // A Ctrl-C at the terminal is for the tests; the keeper then sees that they are gone.
        detached: true,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const [said] = await Promise.race([once(keeper.stdout, 'data'), once(keeper, 'exit')]);
      if (String(said) !== 'started\n') throw new Error('PostgreSQL did not start.');
      keeper.unref();
      (keeper.stdin as unknown as { unref(): void }).unref();
      (keeper.stdout as unknown as { unref(): void }).unref();
      return new PostgresCluster(binaries, folder, as, keeper, port);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The address of a database here. */
  url(database: string): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  /** Runs `pg_ctl` on it. */
  async control(...args: readonly string[]): Promise<void> {
    await run(
      join(this.binaries, 'pg_ctl'),
      ['-D', join(this.folder, 'data'), '-s', '-w', '-t', '600', ...args],
      {
        ...this.as,
        cwd: this.folder,
      },
    );
  }

  /** Stops all of it where it stands, as a host that is cut off: nothing is closed, nothing answers. */
  freeze(): void {
    for (const pid of this.processes()) process.kill(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.processes()) process.kill(pid, 'SIGCONT');
  }

  private processes(): number[] {
    const [first] = readFileSync(join(this.folder, 'data', 'postmaster.pid'), 'utf8').split('\n');
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', first!]).toString().trim().split(/\s+/);
    return [Number(first), ...children.map(Number)];
  }

  /** Brings it up again after `control('stop')`. */
  async startAgain(): Promise<void> {
    await this.control('-l', join(this.folder, 'log'), '-o', optionsOf(this.port, this.folder), 'start');
  }

  async stop(): Promise<void> {
    this.keeper.ref();
    this.keeper.stdin!.end();
    if (this.keeper.exitCode === null) await once(this.keeper, 'exit');
  }
}

async function initialized(binaries: string, folder: string, as: Owner): Promise<void> {
  const init = (...order: readonly string[]): Promise<unknown> =>
    run(
      join(binaries, 'initdb'),
      ['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', ...order],
      { ...as, cwd: folder },
    );
  await init(...LANGUAGE_ORDER).catch(() => init('--locale=C.UTF-8'));
}
