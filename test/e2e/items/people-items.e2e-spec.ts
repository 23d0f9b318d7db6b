import { beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../support/http.js';
import { itemWith, there, WRITES_IN_VERSIONS } from '../../support/item-writes.js';
import { getItem } from '../../support/items.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const STRINGS = 'Collection(String)';
const SCHEMA = validSchema(
  { name: 'who', type: 'string', labels: ['personAccount'] },
  { name: 'labelled', type: 'stringCollection', labels: ['personSkills'] },
  property({ name: 'skills', type: 'stringCollection' }),
  property({ name: 'years', type: 'int64Collection' }),
  property({ name: 'days', type: 'dateTimeCollection' }),
);
const skills = (name = 'skills'): Record<string, unknown> => ({
  [`${name}@odata.type`]: STRINGS,
  [name]: ['a'],
});

describe.each(WRITES_IN_VERSIONS)(
  'an item of people data, by $how in $version',
  ({ ofExisting, write, version }) => {
    const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
    let people: string;
    beforeAll(async () => {
      people = await readyConnection(server, { schema: SCHEMA, connection: { contentCategory: 'people' } });
    });

    let counter = 0;
    async function written(properties: Record<string, unknown>) {
      const id = `item${counter++}`;
      if (ofExisting) await there(server, people, id, itemWith({ who: 'before' }));
      return { id, answer: await write(server, people, id, itemWith(properties), { version }) };
    }

    it.each<[what: string, sent: Record<string, unknown>, name: string]>([
      ['with its type', skills(), 'skills'],
      ['without its type', { skills: ['a', 'b'] }, 'skills'],
      ['that is empty', { 'skills@odata.type': STRINGS, skills: [] }, 'skills'],
      ['under another spelling', skills('Skills'), 'Skills'],
    ])(
      'field 1.4: is refused with an unlabelled stringCollection %s, and nothing changes',
      async (_, sent, name) => {
        const { id, answer } = await written({ who: 'after', ...sent });
        expect(answer.status, JSON.stringify(answer.body)).toBe(400);
        expect(answer.body.error).toMatchObject({
          code: 'InvalidRequest',
          message: 'The request is malformed or incorrect.',
          innerError: {
            message: `Cannot get the value of a token type 'StartArray' as a string. Path: $.${name}`,
          },
          details: [
            {
              target: `properties.${name}`,
              message: expect.stringContaining(`Property '${name}' is a stringCollection without a label`),
            },
          ],
        });
        const stored = await getItem(server, people, id, { version });
        if (ofExisting) expect(stored.body.properties).toEqual({ who: 'before' });
        else expect(stored.status).toBe(404);
      },
    );

    it('field 1.4: is taken with a labelled one, and with unlabelled collections of other types', async () => {
      const properties = {
        who: 'ada@contoso.com',
        ...skills('labelled'),
        'years@odata.type': 'Collection(Int64)',
        years: [1],
        'days@odata.type': 'Collection(DateTimeOffset)',
        days: ['2026-03-28'],
      };
      const { answer } = await written(properties);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      expect(answer.body.properties).toEqual(properties);
    });

    it('field 1.4: is what the category of the connection says at the time of the write', async () => {
      const schema = validSchema(
        property({ name: 'who' }),
        property({ name: 'skills', type: 'stringCollection' }),
      );
      const id = await readyConnection(server, { schema, connection: { contentCategory: 'crm' } });
      const change = (contentCategory: string) =>
        send(server, 'PATCH', `/${version}/external/connections/${id}`, { body: { contentCategory } });
      await there(server, id, 'T1', itemWith({ who: 'x' }));
      const status = async () => (await write(server, id, 'T1', itemWith(skills()), { version })).status;
      expect(await status()).toBe(200);
      await change('people');
      expect(await status()).toBe(400);
      expect((await getItem(server, id, 'T1', { version })).body.properties).toEqual(skills());
      await change('crm');
      expect(await status()).toBe(200);
    });
  },
);
