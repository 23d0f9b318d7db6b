const CHANGES_WITH_NODE = new Set(['connection', 'date', 'keep-alive']);

/** Which types a JSON value has where, whatever the values are. */
function typesOf(value: unknown): unknown {
  if (Array.isArray(value)) return [value.length, typesOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, typesOf(member)]));
}

/** An answer without its values: the names of its headers, the names and types in its body. */
export async function shapeOf(response: Response): Promise<string> {
  const headers = [...response.headers.keys()].filter((name) => !CHANGES_WITH_NODE.has(name));
  const body: unknown = await response.json();
  return `${headers.toSorted().join(' ')}\n${JSON.stringify(typesOf(body))}`;
}
