import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt, freePort, Program } from '../../support/program.js';
import { startProgram } from '../../support/process.js';
import { temporaryFolder } from '../../support/server.js';

const ENTITY = 'https://graph.microsoft.com/v1.0/$metadata#external/connections/$entity';
const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const PRINT_STATUS = ['-s', '-o', '/dev/null', '-w', '%{http_code}'];
const NODE = process.execPath;

describe('npm run run', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);
  beforeAll(ensureBuilt);

  const run = async (args: readonly string[], environment: Record<string, string> = {}) => {
    const settings = { PORT: String(await freePort()), DATA_DIR: folder.path, ...environment };
    return new Program(NODE, ['dist/cli/run.js', ...args], settings);
  };

  it('runs a Node.js connector that says https://graph.microsoft.com, unchanged', async () => {
    const program = await run(['--as-graph', '--', NODE, 'test/clients/run/connector.mjs', 'node']);
    const { code, stdout, stderr } = await program.outcome();
    expect({ code, stdout, stderr }).toMatchObject({
      code: 0,
      stdout: `${ENTITY} node1\n${ENTITY} node2\n`,
    });
  });

  it.runIf(has('python3'))(
    'runs a Python connector that says https://graph.microsoft.com, unchanged',
    async () => {
      const program = await run(['--as-graph', '--', 'python3', 'test/clients/run/connector.py', 'python']);
      expect(await program.outcome()).toMatchObject({ code: 0, stdout: `${ENTITY} python\n`, stderr: '' });
    },
  );

  it.runIf(has('curl'))('brings curl to the server, with a tunnel and without', async () => {
    const url = 'https://graph.microsoft.com/v1.0/external/connections';
    const program = await run(['--as-graph', '--', 'curl', ...PRINT_STATUS, url]);
    expect(await program.outcome()).toMatchObject({ code: 0, stdout: '401' });
  });

  it('signs in at a server that is running, by its https address', async () => {
    const server = await startProgram({ DATA_DIR: folder.path });
    const { port } = new URL(server.url);
    const script = `fetch(process.env.AZURE_AUTHORITY_HOST + '/' + process.env.AZURE_TENANT_ID + '/v2.0/.well-known/openid-configuration')
      .then((answer) => answer.json()).then(({ token_endpoint }) => console.log(token_endpoint))`;
    const program = await run(['--', NODE, '-e', script], { PORT: port });
    expect((await program.outcome()).stdout).toMatch(`https://localhost:${port}/5a1d8f2e-`);
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    await server.stop();
  });

  it('takes another port if a program that is not the server has its own', async () => {
    const other = createServer((_, answer) => answer.end()).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const program = await run(['--', NODE, '-e', 'console.log(process.env.AZURE_AUTHORITY_HOST)'], {
      PORT: String(port),
    });
    const { code, stdout } = await program.outcome();
    expect({ code, isOther: stdout.includes(`:${port}`) }).toEqual({ code: 0, isOther: false });
    other.close();
  });

  it('ends as its program ends, and leaves nothing behind', async () => {
    const left = (): string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith('graph-connections-run-'));
    const before = left();
    const port = String(await freePort());
    const failed = await run(['--as-graph', '--', NODE, '-e', 'process.exit(7)'], { PORT: port });
    expect((await failed.outcome()).code).toBe(7);
    expect(left()).toEqual(before);
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  });

  it('passes a signal on to its program', async () => {
    const script =
      "process.on('SIGTERM', () => process.exit(3)); console.log('up'); setInterval(() => {}, 1000)";
    const program = await run(['--', NODE, '-e', script]);
    await program.printed(/up/);
    program.signal('SIGTERM');
    expect((await program.outcome()).code).toBe(3);
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['no program', [], {}, /The program is missing/],
    ['a program that is missing', ['--', 'no-such-program'], {}, /The program cannot be started: .*ENOENT/],
    ['TLS=off', ['--', NODE, '-v'], { TLS: 'off' }, /TLS=off: programs sign in over https only/],
    ['a tenant that is none', ['--tenant', '?', '--', NODE, '-v'], {}, /--tenant \?: must be a GUID/],
  ])('refuses %s in one sentence', async (_, args, environment, message) => {
    const { code, stderr } = await (await run(args, environment)).outcome();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) });
    expect(stderr).not.toMatch(/ at .*\.js/);
  });

  it.each(['node', 'python', 'go', 'java', 'dotnet', 'curl'])(
    'prints what makes %s trust the server',
    async (language) => {
      const program = new Program(NODE, ['dist/cli/trust.js', '--print', language], {
        DATA_DIR: folder.path,
      });
      const { code, stdout } = await program.outcome();
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^[A-Z_]+=.*\/tls\/.*\n$/) });
    },
  );

  it.runIf(has('keytool'))('makes a trust store that Java reads, with the public roots in it', async () => {
    await new Program(NODE, ['dist/cli/trust.js', '--print', 'java'], { DATA_DIR: folder.path }).outcome();
    const list = ['-list', '-keystore', `${folder.path}/tls/bundle.jks`, '-storepass', 'changeit'];
    const { code, stdout } = await new Program('keytool', list).outcome();
    const [, entries] = /contains (\d+) entries/.exec(stdout) ?? [];
    expect({ code, hasRoots: Number(entries) > 100 }).toEqual({ code: 0, hasRoots: true });
  });
});
