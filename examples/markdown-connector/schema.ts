/**
 * What the items of the connection have. The labels tell Microsoft 365 what a property means; a labelled property must be
 * retrievable. A searchable property is found by free text and cannot be refinable; a refinable one can be filtered by.
 */
export const SCHEMA = {
  baseType: 'microsoft.graph.externalItem',
  properties: [
    {
      name: 'title',
      type: 'string',
      labels: ['title'],
      isSearchable: true,
      isQueryable: true,
      isRetrievable: true,
    },
    { name: 'url', type: 'string', labels: ['url'], isRetrievable: true },
    {
      name: 'lastModifiedDateTime',
      type: 'dateTime',
      labels: ['lastModifiedDateTime'],
      isQueryable: true,
      isRetrievable: true,
      isRefinable: true,
    },
    { name: 'path', type: 'string', isSearchable: true, isQueryable: true, isRetrievable: true },
    { name: 'tags', type: 'stringCollection', isQueryable: true, isRetrievable: true, isRefinable: true },
    { name: 'size', type: 'int64', isQueryable: true, isRetrievable: true, isRefinable: true },
  ],
} as const;
