import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const SOURCES = 'test/clients/identity';
const CACHE = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'graph-connections',
  'identity-clients',
);

interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** An official client of another language: how it is installed, and how its program is run. */
interface Client {
  readonly name: string;
  /** The programs without which there is nothing to do. */
  readonly needs: readonly string[];
  /** What decides which versions are installed, and the program itself. */
  readonly files: readonly string[];
  readonly install: (folder: string) => readonly (Command & { readonly cwd?: string })[];
  readonly run: (folder: string) => Command;
  /** The one documented way to trust a certificate. It may write into `scratch`. */
  readonly trust: (certificate: string, scratch: string) => Record<string, string>;
}

const CLIENTS: readonly Client[] = [
  {
    name: 'python',
    needs: ['python3'],
    files: ['get_token.py', 'requirements.txt'],
    install: (folder) => [
      { command: 'python3', args: ['-m', 'venv', join(folder, 'venv')] },
      {
        command: join(folder, 'venv/bin/pip'),
        args: ['install', '--quiet', '--no-deps', '-r', join(SOURCES, 'python/requirements.txt')],
      },
    ],
    run: (folder) => ({
      command: join(folder, 'venv/bin/python'),
      args: [join(SOURCES, 'python/get_token.py')],
    }),
    trust: (certificate) => ({ REQUESTS_CA_BUNDLE: certificate }),
  },
  {
    name: 'go',
    needs: ['go'],
    files: ['main.go', 'go.mod', 'go.sum'],
    install: (folder) => [
      {
        command: 'go',
        args: ['build', '-mod=readonly', '-o', join(folder, 'get-token'), '.'],
        cwd: join(SOURCES, 'go'),
      },
    ],
    run: (folder) => ({ command: join(folder, 'get-token'), args: [] }),
    trust: (certificate) => ({ SSL_CERT_FILE: certificate }),
  },
  {
    name: 'java',
    needs: ['java', 'javac', 'keytool', 'mvn'],
    files: ['pom.xml', 'src/main/java/GetToken.java'],
    install: (folder) => [
      {
        command: 'mvn',
        args: ['-q', '-B', '-f', join(SOURCES, 'java/pom.xml'), `-Dtarget=${folder}`, 'package'],
      },
    ],
    run: (folder) => ({
      command: 'java',
      args: ['-cp', `${join(folder, 'classes')}:${join(folder, 'lib')}/*`, 'GetToken'],
    }),
    trust: (certificate, scratch) => {
      const store = join(scratch, 'trust.p12');
      const options = `-importcert -noprompt -alias front -storetype PKCS12 -storepass changeit`.split(' ');
      ran({ command: 'keytool', args: [...options, '-keystore', store, '-file', certificate] });
      return {
        JAVA_TOOL_OPTIONS: `-Djavax.net.ssl.trustStore=${store} -Djavax.net.ssl.trustStorePassword=changeit`,
      };
    },
  },
];

/** Runs a command to its end. @throws Error with what it printed, where it fails */
function ran({ command, args, cwd }: Command & { readonly cwd?: string }): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
}

const isMissing = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0;

/** A folder for each state of the files, so that what is installed is never that of another version. */
function folderOf({ name, files }: Client): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(SOURCES, name, file)));
  return join(CACHE, `${name}-${hash.digest('hex').slice(0, 16)}`);
}

const marker = (folder: string): string => join(folder, 'installed');

export interface InstalledClient {
  readonly name: string;
  /** Why it cannot be run here; undefined where it can. */
  readonly missing?: string;
  readonly run: () => Command;
  readonly trust: Client['trust'];
}

/** The clients, and whether each is installed here. */
export const installedClients = (): readonly InstalledClient[] =>
  CLIENTS.map((client) => {
    const folder = folderOf(client);
    const tools = client.needs.filter(isMissing);
    const missing =
      tools.length > 0
        ? `${tools.join(' and ')} cannot be found`
        : existsSync(marker(folder))
          ? undefined
          : 'its packages are not installed: npm run test:clients:identity';
    return { name: client.name, missing, run: () => client.run(folder), trust: client.trust };
  });

/** Installs the clients whose languages are here, outside of the repository. @throws Error where one cannot be installed */
export function installClients(say: (line: string) => void): void {
  for (const client of CLIENTS) {
    const folder = folderOf(client);
    const tools = client.needs.filter(isMissing);
    if (tools.length > 0) {
      say(`${client.name}: left out, for ${tools.join(' and ')} cannot be found.`);
    } else if (existsSync(marker(folder))) {
      say(`${client.name}: is installed in ${folder}.`);
    } else {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      for (const command of client.install(folder)) ran(command);
      writeFileSync(marker(folder), '');
      say(`${client.name}: installed in ${folder}.`);
    }
  }
}
