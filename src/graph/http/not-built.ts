/**
 * What Microsoft Graph has beside the service model of this namespace, whose own paths `metadata/model-paths.ts` knows, and
 * this server has not yet, as `METHODS path`. A capability that is built leaves this list; a test checks that no route of
 * the application is still on it.
 */
export const NOT_BUILT: readonly { methods: readonly string[]; path: string }[] = [
  // Registered with permissions, and on no page (docs/contract/api.md#2.1).
  { methods: ['POST'], path: 'external/connections/{id}/fullRefresh/start' },
  { methods: ['POST'], path: 'external/connections/{id}/fullRefresh/end' },
  { methods: ['POST'], path: 'external/connections/{id}/fullRefresh/items' },
  { methods: ['POST'], path: 'external/connections/{id}/fullRefresh/groups' },
  { methods: ['POST'], path: 'external/connections/{id}/fullRefresh/groups/{id}/members' },
];
