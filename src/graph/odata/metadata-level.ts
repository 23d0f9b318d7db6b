/** How much `@odata.*` an answer has; minimal is the default (docs/contract/api.md#6.2). */
export type MetadataLevel = 'none' | 'minimal' | 'full';

export function metadataLevelOf(accept: string | undefined): MetadataLevel {
  const asked = accept?.includes('odata.metadata=')
    ? /odata\.metadata=(\w+)/i.exec(accept)?.[1]?.toLowerCase()
    : undefined;
  return asked === 'none' || asked === 'full' ? asked : 'minimal';
}

/** What clients need to go on, and so stays at any level (OData JSON format 4.01, section 3.1.3). */
const ALWAYS = /@odata\.(nextLink|count)$/;

/** The body without annotations, at any depth. */
export function withoutMetadata(value: object): object {
  return strip(value) as object;
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.includes('@odata.') || ALWAYS.test(key))
      .map(([key, entry]) => [key, strip(entry)]),
  );
}
