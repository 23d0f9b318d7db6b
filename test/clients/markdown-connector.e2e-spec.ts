import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../support/callers.js';
import { send } from '../support/http.js';
import { freePort, type Outcome, Program } from '../support/program.js';
import { temporaryFolder, useServer } from '../support/server.js';
import { secretsOf } from '../support/tokens.js';

const EXAMPLE = 'examples/markdown-connector';
const CONNECTION = '/v1.0/external/connections/markdowndocs';
/** On a machine that does much else at the same time, starting a process alone takes seconds. */
const PATIENCE_MS = 240_000;

interface Item {
  readonly id: string;
  readonly acl: unknown;
  readonly properties: Record<string, unknown> & { readonly path: string };
  readonly content: { readonly type: string; readonly value: string };
}

const markdownIn = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[]).filter((path) => /\.md$/i.test(path)).toSorted();

const asText = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');

async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

describe('examples/markdown-connector', () => {
  const temporary = temporaryFolder();
  const server = useServer({ SCHEMA_PROVISIONING_MS: '300' });
  let clientSecret: string;
  beforeAll(async () => {
    ({ clientSecret } = secretsOf(server));
  });
  afterAll(async () => {
    temporary.remove();
  });

  /** A connector of a tenant of its own, and what the server sees of it. */
  function connector(name: string) {
    const folder = join(temporary.path, name);
    const stateDir = join(temporary.path, `${name}-state`);
    const tenantId = newTenant();
    const start = (environment: Record<string, string> = {}, ...args: readonly string[]): Program =>
      new Program(process.execPath, ['--import', 'tsx', `${EXAMPLE}/main.ts`, folder, ...args], {
        GRAPH_URL: server.url,
        TENANT: tenantId,
        CLIENT_SECRET: clientSecret,
        STATE_DIR: stateDir,
        ...environment,
      });
    const run = (...args: readonly string[]): Promise<Outcome> => start({}, ...args).outcome();

    async function items(): Promise<Item[]> {
      const found: Item[] = [];
      let next: string | undefined = `${CONNECTION}/items`;
      while (next !== undefined) {
        const { status, body, text } = await send(server, 'GET', next, { as: { tenantId } });
        if (status !== 200) throw new Error(text);
        found.push(...body.value);
        const link = body['@odata.nextLink'] as string | undefined;
        next = link?.slice(server.url.length);
      }
      return found.toSorted((a, b) => (a.properties.path < b.properties.path ? -1 : 1));
    }

    /** The items are exactly the files: none more, none less, each with its text. */
    async function expectFilesAsItems(): Promise<void> {
      const paths = markdownIn(folder);
      const found = await items();
      expect(found.map(({ properties }) => properties.path)).toEqual(paths);
      for (const { properties, content } of found) {
        expect(content).toEqual({ type: 'text', value: asText(folder, properties.path) });
        expect(properties.size).toBe(statSync(join(folder, properties.path)).size);
      }
    }
    return { folder, stateDir, tenantId, start, run, items, expectFilesAsItems };
  }

  /** The writes that are answered while `action` runs, such as `PUT …/items/ab12`; each is told to `seen` at once. */
  async function writesDuring(action: () => Promise<unknown>, seen?: (writes: string[]) => void) {
    const writes: string[] = [];
    const http: Server = server.app.getHttpServer();
    const listener = ({ method, url }: IncomingMessage, response: ServerResponse): void => {
      if (method === 'GET' || !url!.includes('/external/')) return;
      response.once('finish', () => {
        writes.push(`${method} ${url!.replace(CONNECTION, '…')}`);
        seen?.(writes);
      });
    };
    http.on('request', listener);
    try {
      await action();
    } finally {
      http.off('request', listener);
    }
    return writes;
  }

  /** Runs the connector and kills it as soon as its writes are such. */
  async function killedWhen(start: () => Program, when: (writes: string[]) => boolean): Promise<void> {
    const program = start();
    await writesDuring(
      async () => expect((await program.outcome()).signal).toBe('SIGKILL'),
      (writes) => {
        if (when(writes)) program.signal('SIGKILL');
      },
    );
  }

  it(
    'ends with exactly its files as items, also when it was killed during the schema operation and half-way',
    async () => {
      const docs = connector('docs');
      const collected = await new Program(process.execPath, [
        '--import',
        'tsx',
        `${EXAMPLE}/collect-docs.ts`,
        docs.folder,
      ]).outcome();
      const files = markdownIn(docs.folder);
      expect(collected).toMatchObject({
        code: 0,
        stdout: `${files.length} Markdown files are in ${docs.folder}.\n`,
      });
      expect(files.length).toBeGreaterThan(300);

      await killedWhen(docs.start, (writes) => writes.at(-1) === 'PATCH …/schema');
      await killedWhen(docs.start, (writes) => writes.length >= files.length / 2);
      const halfWay = (await docs.items()).length;
      expect(halfWay).toBeGreaterThan(0);
      expect(halfWay).toBeLessThan(files.length);

      const { code, stdout, stderr } = await docs.run();
      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('0 refused') });
      expect(stderr).toContain('100%');
      await docs.expectFilesAsItems();
    },
    PATIENCE_MS,
  );

  it(
    'search: shows at its end what a signed-in user finds, and how to see it without a token of one',
    async () => {
      const docs = connector('search');
      await writeFiles(docs.folder, { 'printer.md': '# Printer\n\nPaper jam.\n', 'other.md': '# Other\n' });
      const first = await docs.run();
      expect(first).toMatchObject({ code: 0 });
      expect(first.stdout).toContain('Set USER_TOKEN');
      const userToken = await tokenOf(server, { tenantId: docs.tenantId, delegated: true });
      const { code, stdout } = await docs.start({ USER_TOKEN: userToken, QUERY: 'jam' }).outcome();
      expect(code).toBe(0);
      expect(stdout).toContain("The user of USER_TOKEN finds 1 items by 'jam'.");
      expect(stdout).toContain('Printer (https://docs.contoso.example/printer.md): ');
      expect(stdout).toContain('Paper <c0>jam</c0>.');
    },
    PATIENCE_MS,
  );

  it(
    'writes what is new or changed, deletes what is gone, and touches nothing else',
    async () => {
      const docs = connector('changes');
      const kept = { 'kept.md': '# Kept\n', 'deep/er/kept.md': 'No heading: ÄÖÜ 🦊\r\n' };
      await writeFiles(docs.folder, {
        ...kept,
        'changed.md': '# Before\n',
        'gone.md': '# Gone\n',
        'a.txt': '-',
      });
      expect(await docs.run()).toMatchObject({ code: 0 });
      await docs.expectFilesAsItems();
      const before = new Map((await docs.items()).map((item) => [item.properties.path, item]));
      expect(before.get('deep/er/kept.md')).toMatchObject({
        acl: [{ type: 'everyone', value: 'everyone', accessType: 'grant' }],
        properties: {
          title: 'deep/er/kept.md',
          url: 'https://docs.contoso.example/deep/er/kept.md',
          'tags@odata.type': 'Collection(String)',
          tags: ['deep', 'er'],
        },
      });

      expect(await writesDuring(docs.run)).toEqual([]);

      await writeFiles(docs.folder, { 'changed.md': '# After\n', 'new.md': '' });
      rmSync(join(docs.folder, 'gone.md'));
      const writes = await writesDuring(async () =>
        expect((await docs.run()).stdout).toContain(
          '4 files: 2 written, 2 unchanged, 0 refused; 1 items deleted.',
        ),
      );
      await docs.expectFilesAsItems();
      const after = new Map((await docs.items()).map((item) => [item.properties.path, item]));
      expect(after.get('changed.md')!.properties.title).toBe('After');
      expect(writes.toSorted()).toEqual(
        [
          `PUT …/items/${before.get('changed.md')!.id}`,
          `PUT …/items/${after.get('new.md')!.id}`,
          `DELETE …/items/${before.get('gone.md')!.id}`,
        ].toSorted(),
      );
    },
    PATIENCE_MS,
  );

  it(
    'writes files again that were changed back after a run that was killed while it wrote the changes',
    async () => {
      const docs = connector('back');
      const files = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`${n}.md`, `# File ${n}\n`]));
      await writeFiles(docs.folder, files);
      const before = new Date('2026-11-24T18:05:10Z');
      const dated = (): void => {
        for (const path of Object.keys(files)) utimesSync(join(docs.folder, path), before, before);
      };
      dated();
      await docs.run();
      await writeFiles(
        docs.folder,
        Object.fromEntries(Object.keys(files).map((path) => [path, '# Changed\n'])),
      );
      await killedWhen(docs.start, (writes) => writes.length > 0);
      expect((await docs.items()).map(({ content }) => content.value)).toContain('# Changed\n');
      await writeFiles(docs.folder, files);
      dated();
      await docs.run();
      await docs.expectFilesAsItems();
    },
    PATIENCE_MS,
  );

  it(
    'refuses to guess when its state is lost, and makes the connection anew when it is told to',
    async () => {
      const docs = connector('lost');
      await writeFiles(docs.folder, { 'kept.md': '# Kept\n', 'gone.md': '# Gone\n' });
      await docs.run();
      rmSync(docs.stateDir, { recursive: true });
      rmSync(join(docs.folder, 'gone.md'));
      const writes = await writesDuring(async () => {
        const { code, stderr } = await docs.run();
        expect(code).toBe(1);
        expect(stderr).toContain('Run it again with --rebuild to delete the connection and make it anew.');
      });
      expect(writes).toEqual([]);
      expect(await docs.run('--rebuild')).toMatchObject({ code: 0 });
      await docs.expectFilesAsItems();
    },
    PATIENCE_MS,
  );

  it(
    'does not trust a state that speaks of a connection before',
    async () => {
      const docs = connector('before');
      await writeFiles(docs.folder, { 'kept.md': '# Kept\n' });
      await docs.run();
      await send(server, 'DELETE', CONNECTION, { as: { tenantId: docs.tenantId } });
      expect((await docs.run()).stdout).toContain('1 files: 1 written');
      await docs.expectFilesAsItems();
    },
    PATIENCE_MS,
  );

  it(
    'names a document that is refused, goes on with the others, and tries it again',
    async () => {
      const docs = connector('refused');
      await writeFiles(docs.folder, { 'good.md': '# Good\n', 'bad.md': 'U+0000: \0\n' });
      const { code, stdout, stderr } = await docs.run();
      expect({ code, stdout }).toEqual({
        code: 1,
        stdout: expect.stringContaining('2 files: 1 written, 0 unchanged, 1 refused; 0 items deleted.'),
      });
      expect(stderr).toMatch(/^Refused: bad\.md: 400 /m);
      writeFileSync(join(docs.folder, 'bad.md'), 'good\n');
      expect((await docs.run()).stdout).toContain('1 written, 1 unchanged, 0 refused');
      await docs.expectFilesAsItems();
    },
    PATIENCE_MS,
  );

  it(
    'sends again what was answered 429 or 503, after Retry-After',
    async () => {
      const docs = connector('retried');
      await writeFiles(docs.folder, { 'one.md': '# One\n' });
      const refusals = [429, 503];
      const seen: number[] = [];
      const gateway = createServer((request, response) => {
        void (async () => {
          const body = request.method === 'GET' ? undefined : Buffer.concat(await request.toArray());
          const refusal = request.method === 'PUT' ? refusals.shift() : undefined;
          if (request.method === 'PUT') seen.push(performance.now());
          if (refusal !== undefined) return void response.writeHead(refusal, { 'retry-after': '1' }).end();
          const answer = await fetch(server.url + request.url!, {
            method: request.method,
            headers: {
              'content-type': request.headers['content-type'] ?? 'application/json',
              authorization: request.headers.authorization ?? '',
            },
            body,
          });
          response.writeHead(answer.status, {
            ...(answer.headers.has('content-type') && {
              'content-type': answer.headers.get('content-type')!,
            }),
            ...(answer.headers.has('location') && { location: answer.headers.get('location')! }),
          });
          response.end(Buffer.from(await answer.arrayBuffer()));
        })();
      }).listen(0, '127.0.0.1');
      await once(gateway, 'listening');
      try {
        const { port } = gateway.address() as AddressInfo;
        const program = docs.start({ GRAPH_URL: `http://127.0.0.1:${port}` });
        expect(await program.outcome()).toMatchObject({ code: 0 });
      } finally {
        gateway.close();
      }
      expect(seen).toHaveLength(3);
      // At least: a busy machine only adds to it.
      expect(seen[2]! - seen[0]!).toBeGreaterThanOrEqual(1_980);
      await docs.expectFilesAsItems();
    },
    PATIENCE_MS,
  );

  it.concurrent.each([
    ['a wrong secret', { CLIENT_SECRET: 'wrong' }, 'AADSTS7000215: Invalid client secret provided.'],
    ['a plain address of another machine', { GRAPH_URL: 'http://192.0.2.1' }, 'must be an https address'],
    ['no secret', { CLIENT_SECRET: '', DATA_DIR: '/nowhere' }, 'CLIENT_SECRET is not set'],
  ])(
    'ends with 1 and one clear message for %s',
    async (name, environment, complaint) => {
      const docs = connector(name);
      await writeFiles(docs.folder, { 'kept.md': '# Kept\n' });
      const { code, stdout, stderr } = await docs.start(environment).outcome();
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(complaint);
      expect(stderr).not.toMatch(/^ +at /m);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'ends with 1 and one clear message for a server that does not run',
    async () => {
      const GRAPH_URL = `http://127.0.0.1:${await freePort()}`;
      const docs = connector('nobody');
      await writeFiles(docs.folder, { 'kept.md': '# Kept\n' });
      const { code, stderr } = await docs.start({ GRAPH_URL }).outcome();
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `${GRAPH_URL} cannot be reached (ECONNREFUSED). Is the server running?\n`,
      });
    },
    PATIENCE_MS,
  );

  it(
    'ends with 1 for a folder without Markdown, and deletes nothing',
    async () => {
      const docs = connector('empty');
      await writeFiles(docs.folder, { 'kept.md': '# Kept\n' });
      await docs.run();
      rmSync(join(docs.folder, 'kept.md'));
      const { code, stderr } = await docs.run();
      expect(code).toBe(1);
      expect(stderr).toContain(`There is no Markdown file in ${docs.folder}.`);
      expect(await docs.items()).toHaveLength(1);
    },
    PATIENCE_MS,
  );
});
