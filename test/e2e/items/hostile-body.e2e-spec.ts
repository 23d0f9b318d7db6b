import { beforeAll, describe, expect, it } from 'vitest';
import { create, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { getItem, itemPath, putItem, validItem } from '../../support/items.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const MOST_BYTES = 4_000_000;
/** Far more than any of these takes, and far less than one that is quadratic would. */

const SCHEMA = validSchema(
  property(),
  property({ name: 'count', type: 'int64' }),
  property({ name: 'counts', type: 'int64Collection' }),
  property({ name: 'ratio', type: 'double' }),
  property({ name: 'tags', type: 'stringCollection' }),
  property({ name: 'author', type: 'principal' }),
  property({ name: 'constructor', type: 'string' }),
  property({ name: 'toString', type: 'string' }),
  property({ name: 'hasOwnProperty', type: 'int64' }),
);
const ACL = '[{"type":"everyone","value":"everyone","accessType":"grant"}]';
const withProperties = (json: string): string => `{"acl":${ACL},"properties":${json}}`;

describe('a hostile body of an item', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server, { schema: SCHEMA });
  });

  /** Sends it, and sees that the server answers others afterwards. */
  async function sent(body: string): Promise<Answer> {
    const answer = await putItem(server, connection, 'hostile', body);
    expect((await read(server, connection)).status).toBe(200);
    return answer;
  }

  const nothingStored = async (): Promise<void> => {
    expect((await getItem(server, connection, 'hostile')).status).toBe(404);
    expect((await read(server, connection)).body.ingestedItemsCount).toBe(0);
  };

  const filled = (before: string, unit: (index: number) => string, after: string): string => {
    const units: string[] = [];
    let length = before.length + after.length;
    for (let index = 0; ; index++) {
      const next = `${index === 0 ? '' : ','}${unit(index)}`;
      if ((length += next.length) > MOST_BYTES) break;
      units.push(next);
    }
    return before + units.join('') + after;
  };

  it.each<[what: string, body: () => string]>([
    [
      'as many unknown properties as fit',
      () => withProperties(filled('{', (index) => `"x${index}":0`, '}')).slice(0, MOST_BYTES),
    ],
    ['as many unknown members as fit', () => filled('{', (index) => `"x${index}":0`, '}')],
    [
      'as many broken access control entries as fit',
      () => filled('{"properties":{"title":"x"},"acl":[', () => '{}', ']}'),
    ],
    [
      'as many entries of a wrong type as fit',
      () => filled(`{"acl":${ACL},"properties":{"tags":[`, () => '0', ']}}'),
    ],
    ['one integer of 3.9 million digits', () => withProperties(`{"count":${'9'.repeat(3_900_000)}}`)],
    [
      'thousands of integers of a thousand digits',
      () => filled(`{"acl":${ACL},"properties":{"counts":[`, () => '9'.repeat(1_000), ']}}'),
    ],
    [
      'a date-time of 3.9 million digits',
      () => withProperties(`{"title":0,"count":"${'1'.repeat(3_900_000)}"}`),
    ],
    [
      'an annotation of 3.9 million characters',
      () => withProperties(`{"title":"x","title@odata.type":"${'Edm.'.repeat(975_000)}"}`),
    ],
    ['arrays in arrays, 101 deep', () => withProperties(`{"title":${'['.repeat(99)}${']'.repeat(99)}}`)],
    ['a million brackets', () => '['.repeat(1_000_000)],
    ['objects in objects, 90 deep', () => withProperties(`${'{"author":'.repeat(90)}0${'}'.repeat(90)}`)],
    ['1e400, which no double holds', () => withProperties('{"ratio":1e400}')],
    ['-1e400', () => withProperties('{"ratio":-1e400}')],
    ['a number without end', () => withProperties(`{"ratio":${'9'.repeat(400)}}`)],
    ['"__proto__" among the properties', () => withProperties('{"title":"x","__proto__":{"count":1}}')],
    [
      '"__proto__" among the properties and an integer of 19 digits',
      () => withProperties('{"title":"x","__proto__":{"count":1},"count":1234567890123456789}'),
    ],
    ['"__proto__" in the body', () => `{"__proto__":{"acl":${ACL},"properties":{"title":"x"}}}`],
    ['"__proto__" in a principal', () => withProperties('{"author":{"__proto__":{"upn":"x"}}}')],
    ['"valueOf" among the properties', () => withProperties('{"valueOf":"x"}')],
    ['"then" in the body', () => `{"then":1,"acl":${ACL},"properties":{"title":"x"}}`],
    [
      'an integer of 20 digits as the type of the body',
      () => `{"@odata.type":12345678901234567890,"acl":${ACL},"properties":{"title":"x"}}`,
    ],
    [
      'an integer of 20 digits inside of the type of the content',
      () =>
        `{"acl":${ACL},"properties":{"title":"x"},"content":{"type":"text","@odata.type":[12345678901234567890]}}`,
    ],
    [
      'an integer of 20 digits as the id',
      () => `{"id":12345678901234567890,"acl":${ACL},"properties":{"title":"x"}}`,
    ],
    ['an integer of 20 digits for the list', () => '{"acl":12345678901234567890,"properties":{"title":"x"}}'],
    [
      'an integer of 20 digits in the list',
      () => '{"acl":[12345678901234567890],"properties":{"title":"x"}}',
    ],
    [
      'an integer of 20 digits for a member of the list',
      () =>
        '{"acl":[{"type":12345678901234567890,"value":12345678901234567890,"accessType":12345678901234567890}]}',
    ],
    ['an integer of 20 digits for the properties', () => `{"acl":${ACL},"properties":12345678901234567890}`],
    ['an integer of 20 digits for a string', () => withProperties('{"title":12345678901234567890}')],
    ['an integer of 20 digits for a collection', () => withProperties('{"tags":12345678901234567890}')],
    ['an integer of 20 digits for a principal', () => withProperties('{"author":12345678901234567890}')],
    [
      'an integer of 20 digits in a principal',
      () => withProperties('{"author":{"upn":12345678901234567890}}'),
    ],
    [
      'an integer of 20 digits as an annotation',
      () => withProperties('{"tags":["x"],"tags@odata.type":12345678901234567890}'),
    ],
    [
      'an integer of 20 digits for the label',
      () =>
        `{"acl":${ACL},"properties":{"title":"x"},"informationProtectionLabel":{"sensitivityLabelId":12345678901234567890}}`,
    ],
    [
      'an integer of 20 digits as unknown member',
      () => `{"acl":${ACL},"properties":{"title":"x"},"y":12345678901234567890}`,
    ],
  ])('is refused, and leaves nothing: %s', async (_what, body) => {
    const answer = await sent(body());
    assertGraphError(answer, { status: 400, code: answer.body.error.code });
    expect(answer.text.length).toBeLessThan(100_000);
    expect(answer.text).not.toMatch(/bigint|BigInt|TypeError|undefined|Infinity/);
    await nothingStored();
  });

  it('may use the names of JavaScript for its properties, when the schema has them', async () => {
    const properties = {
      constructor: 'one',
      toString: 'two',
      hasOwnProperty: 3,
    };
    const answer = await putItem(server, connection, 'names', validItem({ properties }));
    expect(answer.status, answer.text).toBe(200);
    expect((await getItem(server, connection, 'names')).body.properties).toEqual(properties);
    await send(server, 'DELETE', itemPath(connection, 'names'));
  });

  it('may say a property twice: the last counts, also beside an integer of 19 digits', async () => {
    for (const count of ['7', '1234567890123456789']) {
      const answer = await putItem(
        server,
        connection,
        'twice',
        withProperties(`{"title":"first","count":1,"title":"last","count":${count}}`),
      );
      expect(answer.status, answer.text).toBe(200);
      expect(answer.text).toContain(`"title":"last"`);
      expect(answer.text).toContain(`"count":${count}`);
    }
    await send(server, 'DELETE', itemPath(connection, 'twice'));
  });

  it('may have as many access control entries, and as many values, as fit', async () => {
    for (const body of [
      filled(
        '{"properties":{"title":"x"},"acl":[',
        (index) => `{"type":"user","value":"u${index}","accessType":"grant"}`,
        ']}',
      ),
      filled(
        `{"acl":${ACL},"properties":{"counts@odata.type":"Collection(Int64)","counts":[`,
        () => '1234567890123456789',
        ']}}',
      ),
      filled(
        `{"acl":${ACL},"properties":{"tags@odata.type":"Collection(String)","tags":[`,
        () => '""',
        ']}}',
      ),
    ]) {
      const answer = await sent(body);
      expect(answer.status, answer.text.slice(0, 1_000)).toBe(200);
    }
    await send(server, 'DELETE', itemPath(connection, 'hostile'));
  });

  it('does no more harm to a connection, or in a batch', async () => {
    const big = '12345678901234567890';
    for (const configuration of [
      big,
      `{"x":${big}}`,
      `{"authorizedAppIds":[${big}]}`,
      `{"@odata.type":${big}}`,
    ]) {
      const { id } = validConnection();
      const answer = await create(
        server,
        `{"id":"${String(id)}","name":"x","configuration":${configuration}}`,
      );
      expect([201, 400], answer.text).toContain(answer.status);
    }
    const requests = [
      `{"id":${big},"method":"GET","url":"/external"}`,
      `{"id":"1","method":${big},"url":${big},"headers":${big},"dependsOn":${big}}`,
      `{"id":"1","method":"GET","url":"/external","headers":{"a":${big}},"dependsOn":[${big}]}`,
      big,
    ];
    for (const request of requests) {
      const answer = await send(server, 'POST', '/beta/$batch', { body: `{"requests":[${request}]}` });
      assertGraphError(answer, { status: 400, code: answer.body.error.code });
    }
    for (const body of [
      big,
      `{"acl":${big}}`,
      withProperties('{"ratio":1e400}'),
      withProperties('{"title":"x","ratio":1e400}'),
    ]) {
      const request = `{"id":"1","method":"PUT","url":"/external/connections/${connection}/items/hostile","headers":{"Content-Type":"application/json"},"body":${body}}`;
      const answer = await send(server, 'POST', '/beta/$batch', { body: `{"requests":[${request}]}` });
      if (answer.status === 200) expect(answer.body.responses[0].status, answer.text).toBe(400);
      else assertGraphError(answer, { status: 400, code: 'BadRequest' });
    }
    await nothingStored();
  });
});
