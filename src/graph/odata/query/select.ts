import { queryOptionNotValid, queryPropertyNotFound } from '../../errors/catalogue/query.js';
import { quoteForMessage } from '../../errors/quote-for-message.js';
import type { GraphVersion } from '../../http/request-context.js';
import { hasNavigation, propertyOf, type QueryModel } from './model.js';

/** What a `$select` asks for. */
export interface Selection {
  readonly all: boolean;
  /** The whole property, or members of a complex one. */
  readonly properties: ReadonlyMap<string, 'whole' | ReadonlySet<string>>;
}

const PATH = /^[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)?$/;

/** @throws queryOptionNotValid, queryPropertyNotFound */
export function parseSelect(text: string, model: QueryModel, version: GraphVersion): Selection {
  const properties = new Map<string, 'whole' | Set<string>>();
  let all = false;
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '*') {
      all = true;
      continue;
    }
    if (!PATH.test(item))
      throw queryOptionNotValid(
        `The $select query option takes property names separated by commas; '${quoteForMessage(item)}' is none.`,
      );
    const [name, member] = item.split('/') as [string, string?];
    // A navigation that is not expanded has no value to show (OData 4.01 part 1, section 11.2.5.1).
    if (member === undefined && hasNavigation(model, name, version)) continue;
    const property = propertyOf(model, name, version);
    const members = properties.get(name);
    if (member === undefined) {
      properties.set(name, 'whole');
    } else if (property.kind !== 'complex') {
      throw queryPropertyNotFound(item, model.typeName);
    } else if (!property.members.includes(member) && property.open !== true) {
      throw queryPropertyNotFound(member, property.typeName);
    } else if (members !== 'whole') {
      properties.set(name, (members ?? new Set()).add(member));
    }
  }
  return { all, properties };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `@odata.context`, and `name@odata.type` with its property. */
const annotated = (key: string): string | undefined =>
  key.includes('@') ? key.slice(0, key.indexOf('@')) : undefined;

const only = (value: object, kept: (name: string) => boolean): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).filter(([key]) => {
      const target = annotated(key);
      return target === '' || kept(target ?? key);
    }),
  );

/** The body with only the selected properties, in its own order. Expanded properties are added afterwards. */
export function applySelect<T extends object>(body: T, selection: Selection | undefined): Partial<T> {
  if (selection === undefined || selection.all) return body;
  const { properties } = selection;
  const kept = Object.entries(only(body, (name) => properties.has(name))).map(([key, value]) => {
    const members = properties.get(key);
    return [
      key,
      isObject(value) && members instanceof Set ? only(value, (name) => members.has(name)) : value,
    ];
  });
  return Object.fromEntries(kept) as Partial<T>;
}
