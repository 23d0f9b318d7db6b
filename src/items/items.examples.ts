const TICKET = {
  acl: [{ type: 'everyone', value: 'everyone', accessType: 'grant' }],
  properties: {
    ticketTitle: 'Printer on floor 3',
    priority: 'low',
    'tags@odata.type': 'Collection(String)',
    tags: ['printer', 'floor3'],
  },
  content: { type: 'text', value: 'Paper jam since Monday.' },
};

export const PUT_EXAMPLES = {
  ticket: { summary: 'A ticket', value: TICKET },
  acl: {
    summary: 'A new access control list',
    value: { acl: [{ type: 'externalGroup', value: 'nightShift', accessType: 'deny' }] },
  },
};

export const ITEM_EXAMPLE = {
  '@odata.context': "http://127.0.0.1:3000/beta/$metadata#external/connections('contosohr')/items/$entity",
  id: 'T4711',
  ...TICKET,
};
