import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { FIRST_APP_ID } from '../../../src/identity/local/local-apps.js';
import { DEFAULT_TENANT } from '../../../src/identity/local/tenant.js';
import { TokenVerifier } from '../../../src/identity/tokens/token-verifier.js';
import { PERMISSIONS } from '../../../src/identity/permissions/permissions.js';
import { requestToken } from '../../support/authority.js';
import { create, validConnection } from '../../support/connections.js';
import { describeException } from '../../support/exceptions.js';
import { send } from '../../support/http.js';
import { type Outcome, Program } from '../../support/program.js';
import { useServer } from '../../support/server.js';

const TENANT = '6f1f7c1e-2f57-4f0e-9d3a-0c5d0f6a7b81';
const APP = '1c1c9a6a-5a7c-4f0e-8b1d-0a2b3c4d5e6f';
const USER = '99999999-2222-4333-8444-555555555555';

describe('npm run token', () => {
  const server = useServer();

  const run = (args: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> =>
    new Program(process.execPath, ['dist/cli/token.js', ...args], {
      ...server.environment,
      ...environment,
    }).outcome();

  async function tokenBy(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    return stdout.trim();
  }

  it.concurrent(
    'prints a token of the first application with every permission, which the server takes',
    async () => {
      const as = await tokenBy();
      const claims = decodeJwt(as);
      expect(claims).toMatchObject({
        appid: FIRST_APP_ID,
        tid: DEFAULT_TENANT,
        idtyp: 'app',
        roles: PERMISSIONS,
      });
      expect(claims.exp! - claims.iat!).toBe(3600);
      expect((await create(server, validConnection(), { as })).status).toBe(201);
    },
  );

  it.concurrent('prints what it is asked for, which the server takes for just that', async () => {
    const as = await tokenBy(
      '--permissions=ExternalConnection.Read.All, ExternalItem.Read.All',
      `--app=${APP.toUpperCase()}`,
      `--tenant=${TENANT}`,
      '--lifetime=15m',
    );
    const claims = decodeJwt(as);
    expect(claims).toMatchObject({
      appid: APP,
      azp: APP,
      tid: TENANT,
      iss: `https://sts.windows.net/${TENANT}/`,
      roles: ['ExternalConnection.Read.All', 'ExternalItem.Read.All'],
    });
    expect(claims.exp! - claims.iat!).toBe(900);
    expect((await send(server, 'GET', '/beta/external/connections', { as })).status).toBe(200);
    expect((await create(server, validConnection(), { as })).status).toBe(403);
  });

  it.concurrent('prints a delegated token for a user', async () => {
    const as = await tokenBy('--delegated', '--user', USER, '--tenant=contoso.com', '--lifetime', '7d');
    const claims = decodeJwt(as);
    expect(claims).toMatchObject({ idtyp: 'user', oid: USER, scp: PERMISSIONS.join(' ') });
    expect(claims.tid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(claims.exp! - claims.iat!).toBe(7 * 86_400);
    expect(claims).not.toHaveProperty('roles');
    expect((await create(server, validConnection(), { as })).status).toBe(201);
  });

  it.concurrent(
    'prints a delegated token with the directory groups of the user, which the server takes',
    async () => {
      const groups = [APP, TENANT.toUpperCase()];
      const as = await tokenBy('--delegated', '--user', USER, '--groups', groups.join(', '));
      expect(decodeJwt(as).groups).toEqual(groups);
      const { userId, groups: known } = await server.app.get(TokenVerifier).verify(as);
      expect({ userId, known }).toEqual({ userId: USER, known: [APP, TENANT] });
    },
  );

  it.concurrent(
    'prints an expired token for a negative lifetime, as its usage says [accessTokenExpired]',
    async () => {
      const as = await tokenBy('--lifetime=-30s');
      const { status, body } = await send(server, 'GET', '/beta/external/connections', { as });
      expect(status).toBe(401);
      expect(body.error.message).toBe('Lifetime validation failed, the token is expired.');
    },
  );

  describeException('a wrong command line of token', () => {
    it.concurrent.each([
      [
        ['--permissions', 'Sites.Read.All,ExternalItem.Read.All'],
        '--permissions: unknown "Sites.Read.All". Known permissions: ',
      ],
      [
        ['--lifetime', 'forever'],
        '--lifetime forever: must be a number and a unit, such as 30s, 15m, 1h or 7d',
      ],
      [['--delegated', '--groups', 'staff'], '--groups staff: must be a GUID'],
      [['--groups', USER], '--groups: only a signed-in user has groups; add --delegated'],
      [['--unknown'], "Unknown option '--unknown'"],
    ])('ends with 1 and its usage for %j', async (args, complaint) => {
      const { code, stdout, stderr } = await run(args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(complaint);
      expect(stderr).toContain('npm run -s token -- [options]');
      expect(stderr).not.toMatch(/^ +at /m);
    });
  });

  it.concurrent('prints the client secret of the first application, which gets a token', async () => {
    const { code, stdout, stderr } = await run(['--secret']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect((await requestToken(server, { client_secret: stdout.trim() })).status).toBe(200);
  });

  it.concurrent('ends with 1 where another issuer makes the tokens', async () => {
    const { code, stdout, stderr } = await run([], {
      IDENTITY: 'oidc',
      IDENTITY_ISSUER: 'https://issuer.example',
      IDENTITY_AUDIENCE: 'api://graph',
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('With IDENTITY=oidc only the issuer itself can make tokens.');
  });
});
