const REQUEST = {
  entityTypes: ['externalItem'],
  contentSources: ['/external/connections/contosohr'],
  query: { queryString: 'printer' },
};

export const SEARCH_EXAMPLES = {
  words: { summary: 'Find items by a word', value: { requests: [REQUEST] } },
  refined: {
    summary: 'Of one priority, sorted, some properties, with counts',
    value: {
      requests: [
        {
          ...REQUEST,
          query: { queryString: 'printer AND priority:high' },
          from: 0,
          size: 25,
          fields: ['ticketTitle', 'label_title', 'priority'],
          sortProperties: [{ name: 'priority', isDescending: true }],
          aggregations: [
            {
              field: 'priority',
              size: 10,
              bucketDefinition: { sortBy: 'count', isDescending: true, minimumCount: 0 },
            },
          ],
        },
      ],
    },
  },
};

export const FOUND_EXAMPLE = {
  '@odata.context': 'http://127.0.0.1:3000/beta/$metadata#Collection(microsoft.graph.searchResponse)',
  value: [
    {
      searchTerms: ['printer'],
      hitsContainers: [
        {
          total: 1,
          moreResultsAvailable: false,
          hits: [
            {
              hitId: 'wYgnxcm2cVV9Vt6wIvqNUX1Xw2Nd4m7r',
              rank: 1,
              summary: '<c0>Printer</c0> jam on floor 3<ddd/>',
              contentSource: '/external/connections/contosohr',
              resource: {
                '@odata.type': '#microsoft.graph.externalConnectors.externalItem',
                properties: {
                  substrateContentDomainId:
                    '0b5c9f1e4d7a4c2f8e6b3a1d5c7e9f02@1b2c3d4e-5f60-4718-8a9b-0c1d2e3f4a5b,T4711',
                  ticketTitle: 'Printer on floor 3',
                  priority: 'high',
                },
              },
            },
          ],
        },
      ],
    },
  ],
};
