import { describe, expect, it } from 'vitest';
import { create, ids, validConnection } from '../../support/connections.js';
import { newTenant } from '../../support/callers.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const tooShortOrLong = (id: string): string =>
  `Connection id '${id}' must be between 3 and 32 characters long.`;
const notAlphanumeric = (id: string): string =>
  `Connection id '${id}' must contain only alphanumeric characters.`;
const reserved = (id: string): string => `Connection id '${id}' is reserved.`;

const RESERVED = [
  'None',
  'Directory',
  'Exchange',
  'ExchangeArchive',
  'LinkedIn',
  'Mailbox',
  'OneDriveBusiness',
  'SharePoint',
  'Teams',
  'Yammer',
  'Connectors',
  'TaskFabric',
  'PowerBI',
  'Assistant',
  'TopicEngine',
];

const REFUSED: [id: string, message: string][] = [
  ['ab', tooShortOrLong('ab')],
  ['a'.repeat(33), tooShortOrLong('a'.repeat(33))],
  ...RESERVED.map((id): [string, string] => [id, reserved(id)]),
  ...RESERVED.map((id): [string, string] => [id.toLowerCase(), reserved(id.toLowerCase())]),
  ['MSFT_All_Connectors', notAlphanumeric('MSFT_All_Connectors')],
  ['Microsoft', reserved('Microsoft')],
  ['MicrosoftHr', reserved('MicrosoftHr')],
  ['microsofthr', reserved('microsofthr')],
  ['contoso-hr', notAlphanumeric('contoso-hr')],
  ['contoso_hr', notAlphanumeric('contoso_hr')],
  ['contoso hr', notAlphanumeric('contoso hr')],
  [' contosohr', notAlphanumeric(' contosohr')],
  ['contosohr\n', notAlphanumeric('contosohr\n')],
  ['contoso/hr', notAlphanumeric('contoso/hr')],
  ["contoso'hr", notAlphanumeric("contoso'hr")],
  ['contosö', notAlphanumeric('contosö')],
  // Letters and digits of other alphabets that look like ours.
  ['соntosohr', notAlphanumeric('соntosohr')],
  ['ｃontosohr', notAlphanumeric('ｃontosohr')],
  ['contoso１', notAlphanumeric('contoso１')],
  ['Kelvin\u212A', notAlphanumeric('Kelvin\u212A')],
  ['contosoﬁ', notAlphanumeric('contosoﬁ')],
];

describe('the id of a connection', () => {
  const server = useServer();
  const as = { tenantId: newTenant() };

  it.each(['abc', 'a'.repeat(32), 'A1b2C3', '123', 'none1', 'xMicrosoft', 'Teamsite'])(
    'may be %s',
    async (id) => {
      const answer = await create(server, validConnection({ id }), { as: { tenantId: newTenant() } });
      expect(answer.status, answer.text).toBe(201);
      expect(answer.body.id).toBe(id);
    },
  );

  it.each(REFUSED)('may not be %j [bodyNotValid]', async (id, message) => {
    assertGraphError(await create(server, validConnection({ id }), { as }), {
      status: 400,
      code: 'InvalidRequest',
      message: 'The request is malformed or incorrect.',
      inner: { code: 'InvalidConnectionId', message },
    });
  });

  it.each([undefined, null, ''])('may not be missing: %j', async (id) => {
    assertGraphError(await create(server, validConnection({ id }), { as }), {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'RequiredPropertyMissing', message: "Property 'id' is required." },
    });
  });

  it('leaves nothing behind when it is refused', async () => {
    const list = await send(server, 'GET', '/beta/external/connections', { as });
    expect(ids(list)).toEqual([]);
  });
});
