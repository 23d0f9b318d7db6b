export const RETRIEVAL_EXAMPLES = {
  question: {
    summary: 'Passages of two connections that answer a question',
    value: {
      queryString: 'Why does the printer on floor 3 not work?',
      dataSource: 'externalItem',
      dataSourceConfiguration: {
        externalItem: { connections: [{ connectionId: 'contosohr' }, { connectionId: 'contosoit' }] },
      },
      filterExpression: 'priority:high',
      resourceMetadata: ['ticketTitle', 'priority'],
      maximumNumberOfResults: 10,
    },
  },
  everywhere: {
    summary: 'Of all connections',
    value: { queryString: 'Why does the printer on floor 3 not work?', dataSource: 'externalItem' },
  },
};

export const RETRIEVED_EXAMPLE = {
  retrievalHits: [
    {
      webUrl: 'https://contoso.example/tickets/T4711',
      extracts: [{ text: 'Paper jam since Monday.', relevanceScore: 0.83 }],
      resourceType: 'externalItem',
      resourceMetadata: { ticketTitle: 'Printer on floor 3', priority: 'high' },
    },
  ],
};
