/**
 * What Microsoft Graph has in this namespace and this server has not yet, as `METHODS path`. A capability that is
 * built leaves this list; a test checks that no route of the application is still on it.
 */
export const NOT_BUILT: readonly { methods: readonly string[]; path: string }[] = [
  { methods: ['POST'], path: 'external/connections/{id}/items/{id}/addActivities' },
  {
    methods: ['POST'],
    path: 'external/connections/{id}/items/{id}/microsoft.graph.externalConnectors.addActivities',
  },
  { methods: ['GET', 'POST'], path: 'external/connections/{id}/groups' },
  { methods: ['GET', 'PATCH', 'DELETE'], path: 'external/connections/{id}/groups/{id}' },
  { methods: ['GET', 'POST'], path: 'external/connections/{id}/groups/{id}/members' },
  { methods: ['DELETE'], path: 'external/connections/{id}/groups/{id}/members/{id}' },
  { methods: ['POST'], path: 'search/query' },
];
