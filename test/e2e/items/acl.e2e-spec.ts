import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TENANT } from '../../support/callers.js';
import { assertGraphError } from '../../support/errors.js';
import { there, WRITES_IN_VERSIONS } from '../../support/item-writes.js';
import { getItem, listItems, patchItem, putItem, validItem } from '../../support/items.js';
import { readyConnection } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';
import { warningLog } from '../../support/warnings.js';
import { batch, inner, JSON_BODY } from '../batch/batches.js';

const TYPES = ['user', 'group', 'everyone', 'everyoneExceptGuests', 'externalGroup'];
const entry = (rest: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'user',
  value: 'x',
  accessType: 'grant',
  ...rest,
});

describe('the access control list of an item', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server);
  });

  const put = (acl: unknown, version = 'beta', id = 'T1') =>
    putItem(server, connection, id, validItem({ acl }), { version });

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it('takes every type with grant and deny, in their order', async () => {
      const acl = TYPES.flatMap((type) => [entry({ type }), entry({ type, accessType: 'deny' })]);
      const answer = await put(acl, version);
      expect(answer.status, answer.text).toBe(200);
      expect(answer.body.acl).toEqual(acl);
      expect((await getItem(server, connection, 'T1', { version })).body.acl).toEqual(acl);
    });

    it('takes enum members in any case, answered as the model has them', async () => {
      const answer = await put([entry({ type: 'EveryoneExceptGuests', accessType: 'DENY' })], version);
      expect(answer.body.acl).toEqual([entry({ type: 'everyoneExceptGuests', accessType: 'deny' })]);
    });

    it('takes any value for everyone, and external groups that do not exist yet', async () => {
      const acl = [
        entry({ type: 'everyone', value: 'everyone' }),
        entry({ type: 'everyone', value: '9f1a1d2c-0a3b-4c5d-8e6f-112233445566' }),
        entry({ type: 'externalGroup', value: 'nightShift' }),
        entry({ type: 'externalGroup', value: 'nightShift' }),
      ];
      expect((await put(acl, version)).body.acl).toEqual(acl);
    });

    it.each([[[]], [null]])('is refused when it is %j, for a new item and for an update', async (acl) => {
      for (const id of ['T1', 'new']) {
        await put([entry()], version, 'T1');
        assertGraphError(await put(acl, version, id), {
          status: 400,
          code: 'InvalidRequest',
          message: 'The request is malformed or incorrect.',
          inner: { code: 'InvalidAcl', message: 'Acl list is null or empty for this item.' },
        });
      }
      expect((await getItem(server, connection, 'T1')).body.acl).toEqual([entry()]);
      expect((await getItem(server, connection, 'new')).status).toBe(404);
    });

    it.each([
      [{ type: 'robot' }, 'DeserializationError', "Requested value 'robot' was not found."],
      [{ accessType: 'allow' }, 'DeserializationError', "Requested value 'allow' was not found."],
      [
        { type: 'unknownFutureValue' },
        'DeserializationError',
        "Requested value 'unknownFutureValue' was not found.",
      ],
      [{ type: undefined }, 'RequiredPropertyMissing', "Property 'acl[1].type' is required."],
      [{ value: undefined }, 'RequiredPropertyMissing', "Property 'acl[1].value' is required."],
      [{ value: '' }, 'RequiredPropertyMissing', "Property 'acl[1].value' is required."],
      [{ value: ' \t' }, 'RequiredPropertyMissing', "Property 'acl[1].value' is required."],
      [{ value: null }, 'RequiredPropertyMissing', "Property 'acl[1].value' is required."],
      [{ accessType: undefined }, 'RequiredPropertyMissing', "Property 'acl[1].accessType' is required."],
    ])('is refused with an entry that has %j', async (part, code, message) => {
      assertGraphError(await put([entry(), entry(part)], version, 'new'), {
        status: 400,
        code: 'InvalidRequest',
        inner: { code, message },
      });
      expect((await getItem(server, connection, 'new')).status).toBe(404);
    });

    it.each([
      [{ value: 7 }, 'acl[0].value'],
      [{ type: 1 }, 'acl[0].type'],
      [{ value: 'a\0b' }, 'acl[0].value'],
      [{ value: '\udfff' }, 'acl[0].value'],
    ])('is refused by the gateway with an entry that has %j', async (part, at) => {
      assertGraphError(await put([entry(part)], version, 'new'), {
        status: 400,
        code: 'BadRequest',
        message: `Property ${at} in payload has a value that does not match schema.`,
      });
    });

    it('is refused with a member that an entry does not have, and with what is no entry', async () => {
      assertGraphError(await put([entry({ displayName: 'x' })], version, 'new'), {
        status: 400,
        code: 'BadRequest',
        message:
          "The property 'displayName' does not exist on type 'microsoft.graph.externalConnectors.acl'. " +
          'Make sure to only use property names that are defined by the type.',
      });
      for (const acl of ['x', {}, [null], ['x'], [[]]])
        assertGraphError(await put(acl, version, 'new'), { status: 400, code: 'BadRequest' });
    });
  });

  it.each(['externalGroup', 'group'])(
    'names an external group in beta also by identitySource external, with type %s, answered as it was written',
    async (type) => {
      const acl = [entry({ type, value: 'nightShift', identitySource: 'external' })];
      expect((await put(acl)).body.acl).toEqual(acl);
      expect((await getItem(server, connection, 'T1')).body.acl).toEqual(acl);
      const shown = [entry({ type: 'externalGroup', value: 'nightShift' })];
      expect((await getItem(server, connection, 'T1', { version: 'v1.0' })).body.acl).toEqual(shown);
      expect((await listItems(server, connection, { version: 'v1.0' })).body.value[0].acl).toEqual(shown);
      const kept = await putItem(server, connection, 'T1', {}, { version: 'v1.0' });
      expect(kept.body.acl).toEqual(shown);
      expect((await getItem(server, connection, 'T1')).body.acl).toEqual(acl);
    },
  );

  it.each(['user', 'group', 'everyone', 'everyoneExceptGuests'])(
    'takes identitySource azureActiveDirectory with type %s in beta, which v1.0 does not show',
    async (type) => {
      const acl = [entry({ type, identitySource: 'azureActiveDirectory' })];
      expect((await put(acl)).body.acl).toEqual(acl);
      expect((await getItem(server, connection, 'T1', { version: 'v1.0' })).body.acl).toEqual([
        entry({ type }),
      ]);
    },
  );

  it.each([
    ['user', 'external'],
    ['everyone', 'external'],
    ['everyoneExceptGuests', 'external'],
    ['externalGroup', 'azureActiveDirectory'],
  ])('has no entry of type %s whose identitySource is %s', async (type, identitySource) => {
    const answer = await put([entry(), entry({ type, identitySource })], 'beta', 'new');
    assertGraphError(answer, {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'InvalidAcl', message: expect.stringContaining(`'${type}'`) },
    });
    expect(answer.text).toContain(identitySource);
  });

  it.each(['beta', 'v1.0'])('has an identitySource of the two there are, or null, in %s', async (version) => {
    assertGraphError(await put([entry({ identitySource: 'elsewhere' })], version, 'new'), {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'DeserializationError', message: "Requested value 'elsewhere' was not found." },
    });
    expect((await put([entry({ identitySource: null })], version)).status).toBe(200);
  });

  describe('field 1.7: with a user or group that is no GUID', () => {
    const log = warningLog();
    const logged = useServer({ SCHEMA_PROVISIONING_MS: '0' }, log.logger);
    beforeEach(() => void log.take());

    const GUID = '2f1a1d2c-0a3b-4c5d-8e6f-112233445566';
    const writeAcl = (id: string, item: string, acl: unknown, version = 'beta') =>
      putItem(logged, id, item, validItem({ acl }), { version });

    it.each(WRITES_IN_VERSIONS)(
      'is taken, and the log warns once for each connection, by $how in $version',
      async ({ ofExisting, write, version }) => {
        for (const type of ['user', 'group']) {
          const id = await readyConnection(logged);
          log.take();
          if (ofExisting) await there(logged, id, 'T1', validItem());
          const acl = [entry({ value: GUID }), entry({ type, value: 'ada@contoso.com' })];
          const answer = await write(logged, id, 'T1', validItem({ acl }), { version });
          expect(answer.status, JSON.stringify(answer.body)).toBe(200);
          expect(answer.body.acl).toEqual(acl);
          const [warning, ...others] = log.take();
          expect(others).toEqual([]);
          for (const part of [id, TENANT, "'T1'", 'acl[1]', `'${type}'`]) expect(warning).toContain(part);
          // Neither names nor addresses of people are in the log.
          expect(warning).not.toContain('contoso.com');
          for (const item of ['T1', 'T2'])
            expect((await writeAcl(id, item, [entry({ type, value: 'bob' })], version)).status).toBe(200);
          expect(log.take()).toEqual([]);
        }
      },
    );

    it.each(['ada@contoso.com', 'nobody', GUID.slice(1), `{${GUID}}`, GUID.replaceAll('-', ''), `${GUID} `])(
      'is what %j is',
      async (value) => {
        const id = await readyConnection(logged);
        log.take();
        expect((await writeAcl(id, 'T1', [entry({ value })])).status).toBe(200);
        expect(log.take()).toHaveLength(1);
      },
    );

    it('is no external group, nobody of everyone, and no entry that was refused or is kept', async () => {
      const id = await readyConnection(logged);
      log.take();
      const acl = [
        entry({ value: GUID.toUpperCase() }),
        entry({ type: 'everyone', value: 'everyone' }),
        entry({ type: 'everyoneExceptGuests', value: 'x' }),
        entry({ type: 'externalGroup', value: 'nightShift' }),
        entry({ type: 'group', value: 'nightShift', identitySource: 'external' }),
      ];
      expect((await writeAcl(id, 'T1', acl)).status).toBe(200);
      const refused = validItem({ acl: [entry({ value: 'ada' })], properties: { unknown: 1 } });
      expect((await putItem(logged, id, 'T1', refused)).status).toBe(400);
      expect((await patchItem(logged, id, 'T2', { acl: [entry({ value: 'ada' })] })).status).toBe(404);
      expect(log.take()).toEqual([]);
    });
  });

  it('field 1.3: keeps identitySource that v1.0 takes, and answers it in beta only', async () => {
    const acl = [
      entry({ type: 'group', value: 'nightShift', identitySource: 'external' }),
      entry({ identitySource: 'azureActiveDirectory' }),
    ];
    const shown = [entry({ type: 'externalGroup', value: 'nightShift' }), entry()];
    for (const write of [putItem, patchItem]) {
      const written = await write(server, connection, 'T1', validItem({ acl }), { version: 'v1.0' });
      expect(written.body.acl, written.text).toEqual(shown);
      expect((await getItem(server, connection, 'T1', { version: 'v1.0' })).body.acl).toEqual(shown);
      expect((await getItem(server, connection, 'T1')).body.acl).toEqual(acl);
    }
    const inBatch = await batch(
      server,
      [
        {
          id: '1',
          method: 'PUT',
          url: `/external/connections/${connection}/items/T2`,
          headers: JSON_BODY,
          body: validItem({ acl }),
        },
      ],
      { version: 'v1.0' },
    );
    expect(inner(inBatch, '1').body.acl).toEqual(shown);
    expect((await getItem(server, connection, 'T2')).body.acl).toEqual(acl);
  });

  it.each(['beta', 'v1.0'])(
    'field 1.3: reads a root member type in %s, and does not keep it',
    async (version) => {
      for (const type of ['microsoft.graph.externalItem', 7, null, { a: 1 }])
        for (const write of [putItem, patchItem]) {
          const written = await write(server, connection, 'T1', validItem({ type }), { version });
          expect(written.status, written.text).toBe(200);
          expect(written.body).not.toHaveProperty('type');
        }
      expect((await getItem(server, connection, 'T1', { version })).body).not.toHaveProperty('type');
      assertGraphError(await putItem(server, connection, 'T1', validItem({ kind: 'x' }), { version }), {
        status: 400,
        code: 'BadRequest',
      });
    },
  );

  it('lists each of its faults', async () => {
    const answer = await put(
      [
        entry({ identitySource: 'external' }),
        entry(),
        entry({ type: 'everyone', identitySource: 'external' }),
      ],
      'beta',
      'new',
    );
    expect(answer.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'acl[0].identitySource',
      'acl[2].identitySource',
    ]);
  });
});
