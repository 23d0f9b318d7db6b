import { beforeAll, describe, expect, it } from 'vitest';
import { itemWith, there, WRITES_IN_VERSIONS } from '../../support/item-writes.js';
import { getItem, listItems, putItem } from '../../support/items.js';
import { ended, property, readyConnection, register, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

type Json = Record<string, unknown>;

const STRINGS = 'Collection(String)';
const PRINCIPAL = 'microsoft.graph.externalConnectors.principal';
const SCHEMA = [
  property({ name: 'ticketTitle' }),
  property({ name: 'Tags', type: 'stringCollection' }),
  property({ name: 'owner', type: 'principal' }),
  property({ name: 'rank', type: 'int64' }),
  property({ name: 'constructor' }),
];

describe('names and nulls of properties', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server, { schema: validSchema(...SCHEMA) });
  });

  let counter = 0;
  async function newId(ofExisting: boolean): Promise<string> {
    const id = `item${counter++}`;
    if (ofExisting) await there(server, connection, id, itemWith({ ticketTitle: 'before' }));
    return id;
  }

  describe.each(WRITES_IN_VERSIONS)('by $how in $version', ({ ofExisting, write, version }) => {
    const written = async (id: string, properties: Json) =>
      write(server, connection, id, itemWith(properties), { version });

    it('field 1.8: names match the schema’s in any case, and are stored and answered as the schema has them', async () => {
      const id = await newId(ofExisting);
      const answered = {
        ticketTitle: 'x',
        'Tags@odata.type': STRINGS,
        Tags: ['a'],
        'owner@odata.type': PRINCIPAL,
        owner: { upn: 'ada@contoso.com' },
        rank: 1,
        constructor: 'c',
      };
      for (const sent of [
        {
          TicketTitle: 'x',
          'tags@odata.type': STRINGS,
          tags: ['a'],
          OWNER: { upn: 'ada@contoso.com' },
          Rank: 1,
          Constructor: 'c',
        },
        // The annotation follows the same match, wherever it stands and however its own name is written.
        {
          TICKETTITLE: 'x',
          TAGS: ['a'],
          'tAGS@odata.type': `#${STRINGS}`,
          owner: { upn: 'ada@contoso.com' },
          'Owner@odata.type': PRINCIPAL,
          RANK: 1,
          constructor: 'c',
        },
        {
          ticketTitle: 'x',
          'TAGS@odata.type': STRINGS,
          Tags: ['a'],
          Owner: { upn: 'ada@contoso.com' },
          rank: 1,
          'RANK@odata.type': 'Int64',
          CONSTRUCTOR: 'c',
        },
      ]) {
        const answer = await written(id, sent);
        expect(answer.status, JSON.stringify(answer.body)).toBe(200);
        expect(answer.body.properties).toEqual(answered);
        expect((await getItem(server, connection, id, { version })).body.properties).toEqual(answered);
      }
      const listed = await listItems(server, connection, { query: `?$filter=id eq '${id}'`, version });
      expect(listed.body.value[0].properties).toEqual(answered);
    });

    it.each<[what: string, sent: Json, name: string, before: string]>([
      ['two spellings', { ticketTitle: 'x', TicketTitle: 'x' }, 'TicketTitle', 'ticketTitle'],
      ['the exact one last', { TICKETTITLE: 'x', ticketTitle: 'x' }, 'ticketTitle', 'TICKETTITLE'],
      ['two that are not exact', { TAGS: ['x'], tAGS: ['x'], 'Tags@odata.type': STRINGS }, 'tAGS', 'TAGS'],
      [
        'two annotations',
        { Tags: ['x'], 'Tags@odata.type': STRINGS, 'tags@odata.type': STRINGS },
        'tags@odata.type',
        'Tags@odata.type',
      ],
    ])(
      'field 1.8: refuses the same property twice, in %s, and changes nothing',
      async (_, sent, name, before) => {
        const id = await newId(ofExisting);
        const was = await getItem(server, connection, id);
        const answer = await written(id, sent);
        expect(answer.status, JSON.stringify(answer.body)).toBe(400);
        const message = `Property '${name}' is given more than once, first as '${before}': names of properties are the same in any case.`;
        expect(answer.body.error).toMatchObject({
          code: 'InvalidRequest',
          innerError: { code: 'DuplicatePropertyName', message },
          details: [{ code: 'DuplicatePropertyName', message, target: `properties.${name}` }],
        });
        const now = await getItem(server, connection, id);
        expect([now.status, now.body.properties]).toEqual([was.status, was.body.properties]);
      },
    );

    it('field 1.8: takes no letter beyond ASCII for another case of a letter of the schema', async () => {
      const id = await newId(ofExisting);
      for (const name of ['tic\u212aetTitle', 'T\u0131cketTitle', 'ticketTitle ', 'ticket_Title']) {
        const answer = await written(id, { [name]: 'x' });
        expect(answer.body.error?.innerError.code, name).toBe('PropertyNotFound');
      }
    });

    it('field 1.8: refuses a wrong value under another spelling by the name that was sent', async () => {
      const answer = await written(await newId(ofExisting), { RANK: 'x', tags: ['x'] });
      expect(answer.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
        'properties.RANK',
        'properties.tags@odata.type',
      ]);
    });

    it.each<[name: string, type: string, sent: Json]>([
      ['ticketTitle', 'string', { ticketTitle: null }],
      ['TicketTitle', 'string', { TicketTitle: null, rank: 1 }],
      ['rank', 'int64', { rank: null, ticketTitle: 'x' }],
      ['owner', 'principal', { owner: null, 'owner@odata.type': PRINCIPAL }],
      ['Tags', 'stringCollection', { Tags: null, 'Tags@odata.type': STRINGS }],
      ['tags', 'stringCollection', { tags: null, ticketTitle: 'x' }],
    ])('field 1.2: refuses null as the value of %s: leave it out', async (name, type, sent) => {
      const id = await newId(ofExisting);
      const was = await getItem(server, connection, id);
      const answer = await written(id, sent);
      expect(answer.status, JSON.stringify(answer.body)).toBe(400);
      const message =
        `Property '${name}' value does not match the type '${type}' in the schema: '${name}' must not be null; ` +
        'leave the property out where it has no value.';
      expect(answer.body.error).toMatchObject({
        code: 'InvalidRequest',
        innerError: { code: 'PropertyTypeMismatch', message },
        details: [{ code: 'PropertyTypeMismatch', message, target: `properties.${name}` }],
      });
      const now = await getItem(server, connection, id);
      expect([now.status, now.body.properties]).toEqual([was.status, was.body.properties]);
    });

    it('field 1.2: refuses null in a collection with its place; a member of a principal may be null', async () => {
      const id = await newId(ofExisting);
      const refused = await written(id, { 'Tags@odata.type': STRINGS, Tags: ['a', null] });
      expect(refused.body.error.details).toMatchObject([{ target: 'properties.Tags[1]' }]);
      const taken = await written(id, { owner: { upn: 'x', email: null } });
      expect(taken.body.properties.owner).toEqual({ upn: 'x', email: null });
    });
  });

  it('field 1.2: unsets content and label by null', async () => {
    const item = {
      ...itemWith({ ticketTitle: 'x' }),
      content: { type: 'text', value: 'x' },
      informationProtectionLabel: { sensitivityLabelId: '2f1a1d2c-0a3b-4c5d-8e6f-112233445566' },
    };
    expect((await putItem(server, connection, 'whole', item)).status).toBe(200);
    const answer = await putItem(server, connection, 'whole', {
      content: null,
      informationProtectionLabel: null,
    });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).not.toHaveProperty('content');
    expect(answer.body).not.toHaveProperty('informationProtectionLabel');
  });

  it('field 1.8: matches a property that an update of the schema adds likewise', async () => {
    const own = await readyConnection(server, { schema: validSchema(property()) });
    const { headers } = await register(
      server,
      own,
      validSchema(property(), property({ name: 'DueDate', type: 'dateTime' })),
    );
    await ended(server, headers.get('location')!);
    const answer = await putItem(server, own, 'T1', itemWith({ Title: 'x', duedate: '2026-03-28' }));
    expect(answer.body.properties).toEqual({ title: 'x', DueDate: '2026-03-28' });
  });
});
