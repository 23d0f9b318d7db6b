import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../../src/app.js';
import { ConfigurationError, loadConfiguration } from '../../../src/config/configuration.js';
import { PERMISSIONS } from '../../../src/identity/permissions/permissions.js';
import { assertEntraError, requestToken } from '../../support/authority.js';
import { create, validConnection } from '../../support/connections.js';
import { send } from '../../support/http.js';
import { temporaryFolder, useServer } from '../../support/server.js';

const READER = {
  id: 'ABCDEF01-2222-4333-8444-555555555555',
  secret: 'a secret: with / + % & signs',
  name: 'Reader',
  permissions: ['ExternalConnection.Read.All'],
};

const EXPIRED = {
  ...READER,
  id: '22222222-2222-4333-8444-555555555555',
  secretExpires: '2024-01-31',
};
const EXPIRING = {
  ...READER,
  id: '32222222-2222-4333-8444-555555555555',
  secretExpires: '2099-12-31T23:59:59.000+01:00',
};

describe('The LOCAL_APPS file', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'apps.json');
  afterAll(folder.remove);

  describe('with another application', () => {
    beforeAll(() => writeFileSync(path, JSON.stringify([READER, EXPIRED, EXPIRING])));
    const server = useServer({ LOCAL_APPS: path });

    it('gives it the permissions that stand there and no others', async () => {
      const answer = await requestToken(server, { client_id: READER.id, client_secret: READER.secret });
      expect(answer.status, answer.text).toBe(200);
      const as = answer.body.access_token as string;
      expect(decodeJwt(as)).toMatchObject({
        appid: READER.id,
        app_displayname: 'Reader',
        roles: ['ExternalConnection.Read.All'],
      });
      expect((await send(server, 'GET', '/beta/external/connections', { as })).status).toBe(200);
      expect((await create(server, validConnection(), { as })).status).toBe(403);
    });

    it('takes its secret in a Basic header, form-encoded as RFC 6749 wants it', async () => {
      const encoded = new URLSearchParams({ s: READER.secret }).toString().slice(2);
      const header = `Basic ${Buffer.from(`${READER.id}:${encoded}`).toString('base64')}`;
      const fields = { client_id: null, client_secret: null };
      const answer = await requestToken(server, fields, { headers: { authorization: header } });
      expect(answer.status, answer.text).toBe(200);
    });

    it('field 5.6: says when its secret has expired, and that a wrong one is wrong', async () => {
      const app = { client_id: EXPIRED.id, client_secret: EXPIRED.secret };
      assertEntraError(await requestToken(server, app), {
        status: 401,
        error: 'invalid_client',
        code: 7_000_222,
        sentence: new RegExp(`The provided client secret keys for app '${EXPIRED.id}' are expired\\.`),
      });
      assertEntraError(await requestToken(server, { ...app, client_secret: 'wrong' }), {
        status: 401,
        error: 'invalid_client',
        code: 7_000_215,
        sentence: /Invalid client secret provided/,
      });
    });

    it('field 5.6: takes a secret until its last instant', async () => {
      const app = { client_id: EXPIRING.id, client_secret: EXPIRING.secret };
      const end = Date.parse(EXPIRING.secretExpires);
      try {
        vi.setSystemTime(end - 1);
        expect((await requestToken(server, app)).status).toBe(200);
        vi.setSystemTime(end);
        expect((await requestToken(server, app)).body.error_codes).toEqual([7_000_222]);
      } finally {
        vi.useRealTimers();
      }
    });

    it('leaves the first application as it was', async () => {
      const answer = await requestToken(server);
      expect(decodeJwt(answer.body.access_token).roles).toEqual(PERMISSIONS);
    });
  });

  describe('that is wrong stops the start with a message', () => {
    /** The message of the start that fails. */
    async function messageFor(content: unknown): Promise<string> {
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      const configuration = loadConfiguration({
        DATA_DIR: folder.path,
        LOCAL_APPS: path,
        LOG_LEVEL: 'silent',
      });
      const failure = await createApp(configuration).then(
        async (app) => {
          await app.close();
          return undefined;
        },
        (error: unknown) => error,
      );
      expect(failure, String((failure as Error | undefined)?.stack)).toBeInstanceOf(ConfigurationError);
      return (failure as ConfigurationError).message;
    }

    it('fails with a list of every fault and its place', async () => {
      const message = await messageFor([
        READER,
        { id: 'reader', secret: '', permissions: ['Sites.Read.All'] },
        { ...READER, id: '11111111-2222-4333-8444-555555555555', extra: 1, name: 7 },
        { id: '21111111-2222-4333-8444-555555555555', secret: 'x' },
      ]);
      const lines = message.split('\n');
      expect(lines[0]).toBe('The configuration is invalid:');
      const faults = (entry: number): string[] =>
        lines.filter((line) => line.startsWith(`  - LOCAL_APPS="${path}", entry ${entry}: `));
      expect(faults(0)).toEqual([]);
      expect(faults(1).join('\n')).toMatch(/id must be a GUID/);
      expect(faults(1).join('\n')).toMatch(/secret must be longer than or equal to 1 characters/);
      expect(faults(1).join('\n')).toContain(`each of permissions must be one of ${PERMISSIONS.join(', ')}`);
      expect(faults(2).join('\n')).toMatch(/name must be a string/);
      expect(faults(2).join('\n')).toMatch(/property extra should not exist/);
      expect(faults(3).join('\n')).toMatch(/permissions must be an array/);
      expect(message).not.toContain(READER.secret);
    });

    const rsa = (bits: number): KeyPairKeyObjectResult => generateKeyPairSync('rsa', { modulusLength: bits });
    const { publicKey, privateKey } = rsa(2048);
    const SPKI = { format: 'pem', type: 'spki' } as const;
    const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;

    it.each([
      ['a date that is none', { secret: 'x', secretExpires: '2026-02-30' }, /secretExpires must be a date/],
      ['a date in words', { secret: 'x', secretExpires: 'tomorrow' }, /secretExpires must be a date/],
      ['a date that is a number', { secret: 'x', secretExpires: 1 }, /secretExpires must be a date/],
      [
        'a date without a secret',
        { publicKey: publicKey.export(SPKI), secretExpires: '2026-01-01' },
        /secretExpires needs a secret/,
      ],
      [
        'a secret that is null',
        { secret: null, secretExpires: null },
        /a secret, a certificate or a publicKey is required/,
      ],
      ['no credential', {}, /a secret, a certificate or a publicKey is required/],
      [
        'a certificate that is none',
        { certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
        /certificate cannot be used: /,
      ],
      [
        'a certificate that is not there',
        { certificate: 'missing.pem' },
        /certificate cannot be used: ENOENT/,
      ],
      ['a certificate that is a number', { certificate: 1 }, /certificate must be a string/],
      [
        'a certificate and a key',
        { certificate: 'x.pem', publicKey: publicKey.export(SPKI) },
        /certificate and publicKey cannot be used together/,
      ],
      [
        'a private key in PEM',
        { publicKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) },
        /not the private one/,
      ],
      ['a private JWK', { publicKey: privateKey.export({ format: 'jwk' }) }, /without the private members/],
      ['a shared key', { publicKey: { kty: 'oct', k: 'AAAA' } }, /publicKey cannot be used: /],
      ['a JWK that is broken', { publicKey: { kty: 'RSA', n: '' } }, /publicKey cannot be used: /],
      [
        'a key that is short',
        { publicKey: rsa(1024).publicKey.export({ format: 'jwk' }) },
        /at least 2048 bits, not 1024/,
      ],
      ['a key that is not RSA', { publicKey: EC.export(SPKI) }, /must have an RSA key, not one of type ec/],
      ['a list of keys', { publicKey: [] }, /publicKey must be a JWK, or text in PEM/],
    ])('fields 5.6, 5.7: fails with an error that names %s, once', async (_, credential, fault) => {
      const app = { id: READER.id, permissions: READER.permissions, ...credential };
      const lines = (await messageFor([app])).split('\n');
      expect(lines).toEqual([
        'The configuration is invalid:',
        expect.stringMatching(new RegExp(`^  - LOCAL_APPS=".*", entry 0: .*${fault.source}`)),
      ]);
    });

    it.each([
      ['null', null],
      ['a number', 7],
      ['a text', 'reader'],
      ['an empty list', []],
      ['a list of an application', [READER]],
    ])('fails with an error that says which entry is not an object: %s', async (_, entry) => {
      expect(await messageFor([READER, entry])).toContain(`LOCAL_APPS="${path}", entry 1: `);
    });

    it('fails with an error that says which id appears twice', async () => {
      const twice = [READER, { ...READER, id: READER.id.toLowerCase(), secret: 'another' }];
      expect(await messageFor(twice)).toContain(`LOCAL_APPS="${path}", entry 1: `);
    });

    it.each([
      ['is no JSON', '[{'],
      ['is empty', ''],
    ])('fails if the file %s', async (_, content) => {
      expect(await messageFor(content)).toContain(`LOCAL_APPS="${path}" cannot be read as JSON: `);
    });

    it('fails if the file holds an object', async () => {
      expect(await messageFor(READER)).toContain(
        `LOCAL_APPS="${path}" must contain an array of { id, secret, name?, permissions }.`,
      );
    });

    it('fails if the file is missing', async () => {
      const missing = join(folder.path, 'missing.json');
      const configuration = loadConfiguration({ DATA_DIR: folder.path, LOCAL_APPS: missing });
      await expect(createApp(configuration)).rejects.toThrow(
        `LOCAL_APPS="${missing}" cannot be read as JSON: ENOENT`,
      );
    });
  });
});
