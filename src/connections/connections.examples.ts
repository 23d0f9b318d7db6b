/** The seed document's request and response, and the settings that a Copilot connector makes. */
const SEED = {
  id: 'contosohr',
  name: 'Contoso HR',
  description: 'Connection to index Contoso HR system',
};

export const CREATE_EXAMPLES = {
  seed: { summary: 'Contoso HR', value: SEED },
  settings: {
    summary: 'With settings',
    value: {
      ...SEED,
      id: 'contosotickets',
      name: 'Contoso tickets',
      contentCategory: 'taskManagement',
      searchSettings: {
        searchResultTemplates: [
          {
            id: 'ticket',
            priority: 1,
            layout: {
              type: 'AdaptiveCard',
              version: '1.3',
              body: [{ type: 'TextBlock', text: '[${title}](${url})', wrap: true }],
            },
          },
        ],
      },
      activitySettings: {
        urlToItemResolvers: [
          {
            '@odata.type': '#microsoft.graph.externalConnectors.itemIdResolver',
            priority: 1,
            itemId: '{ticket}',
            urlMatchInfo: {
              baseUrls: ['https://tickets.contoso.com'],
              urlPattern: '/tickets/(?<ticket>[^/?]+)',
            },
          },
        ],
      },
    },
  },
};

export const UPDATE_EXAMPLES = {
  name: { summary: 'Another name', value: { name: 'Contoso HR Service Tickets' } },
  owners: {
    summary: 'A second application that can manage it',
    value: { configuration: { authorizedAppIds: ['6f3d1f0e-5f0a-4c39-9a53-0b1d2c3e4f50'] } },
  },
};

export const CREATED_EXAMPLE = {
  '@odata.context': 'http://127.0.0.1:3000/beta/$metadata#external/connections/$entity',
  ...SEED,
  state: 'draft',
  configuration: { authorizedAppIds: ['d310d35d-72ec-47dd-92f2-fb9c40936555'] },
};

const { '@odata.context': _context, ...CONNECTION } = CREATED_EXAMPLE;

export const LIST_EXAMPLE = {
  '@odata.context': 'http://127.0.0.1:3000/beta/$metadata#external/connections',
  value: [CONNECTION],
};
