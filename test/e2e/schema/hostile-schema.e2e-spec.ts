import { beforeAll, describe, expect, it } from 'vitest';
import { assertGraphError } from '../../support/errors.js';
import { draftConnection, operations, register } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const MOST_BYTES = 4_000_000;
/** What is looked at one by one takes four seconds and more, in which the server answers nobody. */

const schemaOf = (properties: string): string =>
  `{"baseType":"microsoft.graph.externalItem","properties":[${properties}]}`;

/** As often as a body can hold it. */
const filled = (unit: string): string =>
  Array(Math.floor((MOST_BYTES - 200) / (unit.length + 1)))
    .fill(unit)
    .join(',');

describe('a hostile schema', () => {
  const server = useServer();
  let connection: string;
  beforeAll(async () => {
    connection = await draftConnection(server);
  });

  it.each<[what: string, body: () => string, code: string, target: string]>([
    [
      'as many broken properties as fit',
      () => schemaOf(filled('{"name":"_","type":"string"}')),
      'InvalidPropertyCount',
      'properties',
    ],
    [
      'as many broken aliases as fit',
      () => schemaOf(`{"name":"a","type":"string","aliases":[${filled('"_"')}]}`),
      'InvalidPropertyName',
      'properties[0].aliases[0]',
    ],
    [
      'one alias as often as it fits',
      () => schemaOf(`{"name":"a","type":"string","aliases":[${filled('"b"')}]}`),
      'DuplicatePropertyName',
      'properties[0].aliases[1]',
    ],
    [
      'one label as often as it fits',
      () => schemaOf(`{"name":"a","type":"string","isRetrievable":true,"labels":[${filled('"url"')}]}`),
      'DuplicateLabel',
      'properties[0].labels[1]',
    ],
  ])('is refused, and stores nothing: %s', async (_what, body, code, target) => {
    const answer = await register(server, connection, body());
    assertGraphError(answer, { status: 400, code: 'InvalidRequest', inner: { code } });
    expect(answer.body.error.details[0]).toMatchObject({ code, target });
    expect(answer.text.length).toBeLessThan(100_000);
    expect((await operations(server, connection)).body.value).toEqual([]);
  });
});
