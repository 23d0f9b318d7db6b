/**
 * What Microsoft Graph has in this namespace and this server has not yet, as `METHODS path`. A capability that is
 * built leaves this list; a test checks that no route of the application is still on it.
 */
export const NOT_BUILT: readonly { methods: readonly string[]; path: string }[] = [
  { methods: ['POST'], path: 'search/query' },
];
