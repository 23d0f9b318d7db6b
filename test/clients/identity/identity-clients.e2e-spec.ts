import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST_APP_ID } from '../../../src/identity/local/local-apps.js';
import { DEFAULT_DOMAIN, DEFAULT_TENANT } from '../../../src/identity/local/tenant.js';
import { send } from '../../support/http.js';
import { Program } from '../../support/program.js';
import { temporaryFolder, useServer } from '../../support/server.js';
import { startTlsFront, type TlsFront } from '../../support/tls-front.js';
import { secretsOf } from '../../support/tokens.js';
import { installedClients } from './clients.js';

const CERTIFIED = '6f3d1f0e-5f0a-4c39-9a53-0b1d2c3e4f50';
const CLIENTS = installedClients();
/** Starting a program of Java takes long on a machine that is busy. */
const TIMEOUT_MS = 300_000;
const NODE = { command: process.execPath, args: ['test/clients/identity/node/get-token.mjs'] };

for (const { name, missing } of CLIENTS)
  if (missing !== undefined) console.warn(`The client of ${name} is skipped: ${missing}.`);

/** The certificate of an application, with its private key in the same file as MSAL wants it. */
function certifiedApp(folder: string): { apps: string; pem: string } {
  const options =
    'req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=connector -keyout app.key -out app.crt'.split(' ');
  execFileSync('openssl', options, { cwd: folder, stdio: 'ignore' });
  const [apps, pem] = [join(folder, 'apps.json'), join(folder, 'app.pem')];
  const entry = { id: CERTIFIED, certificate: 'app.crt', permissions: ['ExternalConnection.Read.All'] };
  writeFileSync(apps, JSON.stringify([entry]));
  writeFileSync(pem, ['app.crt', 'app.key'].map((file) => readFileSync(join(folder, file), 'utf8')).join(''));
  return { apps, pem };
}

describe('field 5.8: behind a proxy with TLS and TRUST_PROXY=1', { timeout: TIMEOUT_MS }, () => {
  const folder = temporaryFolder();
  const { apps, pem } = certifiedApp(folder.path);
  const server = useServer({ TRUST_PROXY: '1', LOCAL_APPS: apps });
  let front: TlsFront;
  beforeAll(async () => {
    front = await startTlsFront(server.url, folder.path);
  });
  afterAll(async () => {
    await front.close();
    folder.remove();
  });

  /** The token that a program prints, which the API takes. */
  async function tokenBy(
    { command, args }: { command: string; args: readonly string[] },
    environment: Record<string, string>,
  ): Promise<string> {
    const { code, stdout, stderr } = await new Program(command, args, {
      AZURE_TENANT_ID: DEFAULT_DOMAIN,
      AZURE_CLIENT_ID: FIRST_APP_ID,
      AZURE_CLIENT_SECRET: secretsOf(server).clientSecret,
      AZURE_AUTHORITY_HOST: front.url,
      ...environment,
    }).outcome();
    expect(code, stderr).toBe(0);
    const as = stdout.trim();
    const answer = await send(server, 'GET', '/v1.0/external/connections', { as });
    expect(answer.status, answer.text).toBe(200);
    return as;
  }

  it('ClientSecretCredential of @azure/identity for Node gets a token', async () => {
    const token = await tokenBy(NODE, { NODE_EXTRA_CA_CERTS: front.certificate });
    expect(decodeJwt(token)).toMatchObject({ appid: FIRST_APP_ID, tid: DEFAULT_TENANT });
  });

  it('field 5.7: ClientCertificateCredential of @azure/identity for Node gets a token', async () => {
    const token = await tokenBy(NODE, {
      NODE_EXTRA_CA_CERTS: front.certificate,
      AZURE_CLIENT_ID: CERTIFIED,
      AZURE_CLIENT_CERTIFICATE_PATH: pem,
    });
    expect(decodeJwt(token)).toMatchObject({ appid: CERTIFIED, roles: ['ExternalConnection.Read.All'] });
  });

  for (const { name, missing, run, trust } of CLIENTS) {
    it.skipIf(missing !== undefined)(
      `fields 5.1 and 5.9: ClientSecretCredential of azure-identity for ${name} gets a token`,
      async () => {
        const token = await tokenBy(run(), trust(front.certificate, folder.path));
        expect(decodeJwt(token)).toMatchObject({ appid: FIRST_APP_ID, tid: DEFAULT_TENANT });
      },
    );
  }
});
