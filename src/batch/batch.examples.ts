const CONNECTION = {
  id: 'contosohr',
  name: 'Contoso HR',
  description: 'Connection to index Contoso HR system',
};

export const BATCH_EXAMPLES = {
  createAndRead: {
    summary: 'Create a connection, then read it',
    value: {
      requests: [
        {
          id: '1',
          method: 'POST',
          url: '/external/connections',
          headers: { 'Content-Type': 'application/json' },
          body: CONNECTION,
        },
        { id: '2', method: 'GET', url: '/external/connections/contosohr', dependsOn: ['1'] },
      ],
    },
  },
};

const HEADERS = {
  'Content-Type':
    'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
  'OData-Version': '4.0',
  'Cache-Control': 'no-cache',
  'client-request-id': '5c1c2f0e-7a4e-4f6b-9c55-0d8e0a1b2c3d',
};

const CREATED = {
  '@odata.context': 'http://127.0.0.1:3000/beta/$metadata#external/connections/$entity',
  ...CONNECTION,
  state: 'draft',
  configuration: { authorizedAppIds: ['d310d35d-72ec-47dd-92f2-fb9c40936555'] },
};

export const ANSWERED_EXAMPLE = {
  responses: [
    {
      id: '1',
      status: 201,
      headers: { ...HEADERS, 'request-id': 'a2d0a8b6-53a5-4f6c-8a5c-0c4be7a1f3de' },
      body: CREATED,
    },
    {
      id: '2',
      status: 200,
      headers: { ...HEADERS, 'request-id': 'f4c3a6d2-0b7e-4a7b-8f6d-5e2b9d1c7a90' },
      body: CREATED,
    },
  ],
};
