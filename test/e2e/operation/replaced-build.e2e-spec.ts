import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BROKEN_CARD, connectionWithCards, GOOD_CARD } from '../../support/cards.js';
import { temporaryDatabase, type TestDatabase } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import type { Answer } from '../../support/http.js';
import { ensureBuilt, freePort, Program } from '../../support/program.js';

/** A folder with the program in it, as a user has it, of which a test may take parts away. */
async function folderWith(...parts: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'graph-connections-'));
  for (const part of parts) await cp(part, join(folder, part), { recursive: true });
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

describe('A server that runs', () => {
  let folder: string;
  let own: TestDatabase;
  let program: Program;
  let address: string;
  let token: string;
  beforeAll(() => ensureBuilt());
  beforeEach(async () => {
    folder = await folderWith('dist', 'package.json');
    own = await temporaryDatabase();
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    program = new Program(process.execPath, [join(folder, 'dist/main.js')], {
      ...own.environment,
      PORT: String(port),
      LOG_LEVEL: 'fatal',
    });
    await program.printed(/Graph Connections is ready/);
    const tokens = new Program(process.execPath, ['dist/cli/token.js'], own.environment);
    token = (await tokens.outcome()).stdout.trim();
  });
  afterEach(async () => {
    program.signal('SIGKILL');
    await program.outcome();
    await own.remove();
    await rm(folder, { recursive: true, force: true });
  });

  async function call(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(address + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  }
  const create = (layout: object): Promise<Answer> =>
    call('POST', '/beta/external/connections', connectionWithCards(layout));
  const isThere = async (id: unknown): Promise<boolean> =>
    (await call('GET', `/beta/external/connections/${String(id)}`)).status === 200;

  it('answers 503 while the thread that checks cards cannot be loaded, and lives [resultLayoutCheckNotAvailable]', async () => {
    await rm(join(folder, 'node_modules'));
    const body = connectionWithCards(GOOD_CARD);
    // The one behind it is not held up.
    const answers = await Promise.all([call('POST', '/beta/external/connections', body), create(GOOD_CARD)]);
    for (const answer of answers) {
      assertGraphError(answer, {
        status: 503,
        code: 'ServiceNotAvailable',
        inner: { code: 'ResultLayoutCheckNotAvailable', source: 'Connection' },
      });
      expect(answer.headers.get('retry-after')).toBe('2');
    }
    expect(await isThere(body.id)).toBe(false);
    expect((await call('GET', '/health/ready')).status).toBe(200);
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    expect((await call('POST', '/beta/external/connections', body)).status).toBe(201);
  });

  it('checks cards with its own code, whatever takes the place of dist', async () => {
    const file = join(folder, 'dist/connections/result-layouts/card-check.js');
    await writeFile(file, 'process.exit(1);');
    expect((await create(GOOD_CARD)).status).toBe(201);
    await rm(join(folder, 'dist'), { recursive: true });
    expect((await create(GOOD_CARD)).status).toBe(201);
    const body = connectionWithCards(BROKEN_CARD);
    const answer = await call('POST', '/beta/external/connections', body);
    assertGraphError(answer, {
      status: 503,
      code: 'ServiceNotAvailable',
      inner: { code: 'ResultLayoutFailed' },
    });
    expect(await isThere(body.id)).toBe(true);
  });
});

describe('npm run build', { timeout: 120_000 }, () => {
  let folder: string;
  beforeEach(async () => {
    folder = await folderWith(
      'scripts',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'tsconfig.build.json',
    );
    await mkdir(join(folder, 'src'));
    await source('main.ts', 'export const answer: number = 1;\n');
    return () => rm(folder, { recursive: true, force: true });
  });

  const source = (name: string, text: string): Promise<void> => writeFile(join(folder, 'src', name), text);
  const built = (name: string): Promise<string> => readFile(join(folder, 'dist', name), 'utf8');
  const build = async (): Promise<number | null> => {
    const { code } = await new Program('npm', ['run', '-s', 'build', '--prefix', folder], {
      HOME: folder,
    }).outcome();
    return code;
  };
  const identity = async (): Promise<unknown> => {
    const { ino, mtimeMs } = await stat(join(folder, 'dist/main.js'));
    return { ino, mtimeMs };
  };

  it('touches nothing if dist is current', async () => {
    expect(await build()).toBe(0);
    const before = await identity();
    expect(await build()).toBe(0);
    expect(await identity()).toEqual(before);
  });

  it('puts a whole new dist in the place of one that is not current', async () => {
    await source('gone.ts', 'export const gone = true;\n');
    expect(await build()).toBe(0);
    await rm(join(folder, 'src/gone.ts'));
    await source('main.ts', 'export const answer: number = 2;\n');
    expect(await build()).toBe(0);
    expect(await built('main.js')).toContain('answer = 2');
    await expect(built('gone.js')).rejects.toThrow('ENOENT');
  });

  it('leaves dist as it is if the sources are wrong, and fails', async () => {
    expect(await build()).toBe(0);
    await source('main.ts', 'export const answer: number = "text";\n');
    expect(await build()).not.toBe(0);
    expect(await built('main.js')).toContain('answer = 1');
  });

  it('may run twice at the same moment', async () => {
    expect(await Promise.all([build(), build()])).toEqual([0, 0]);
    expect(await built('main.js')).toContain('answer = 1');
  });
});
