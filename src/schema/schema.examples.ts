/** Tickets: titles found by free text, priorities to refine by, tags as a collection. */
const TICKETS = {
  baseType: 'microsoft.graph.externalItem',
  properties: [
    {
      name: 'ticketTitle',
      type: 'string',
      isSearchable: true,
      isQueryable: true,
      isRetrievable: true,
      labels: ['title'],
    },
    { name: 'url', type: 'string', isRetrievable: true, labels: ['url'] },
    { name: 'priority', type: 'string', isQueryable: true, isRetrievable: true, isRefinable: true },
    { name: 'tags', type: 'stringCollection', isSearchable: true, isRetrievable: true },
    { name: 'createdAt', type: 'dateTime', isRetrievable: true, labels: ['createdDateTime'] },
  ],
};

export const REGISTER_EXAMPLES = { tickets: { summary: 'Tickets', value: TICKETS } };

export const SCHEMA_EXAMPLE = {
  '@odata.context': "http://127.0.0.1:3000/beta/$metadata#external/connections('contosohr')/schema/$entity",
  baseType: TICKETS.baseType,
  properties: [
    {
      name: 'ticketTitle',
      type: 'string',
      aliases: [],
      labels: ['title'],
      isSearchable: true,
      isQueryable: true,
      isRetrievable: true,
      isRefinable: false,
    },
  ],
};
