import { queryOptionNotValid, queryPropertyNotFound } from '../../errors/catalogue/query.js';
import { NAMESPACE } from '../edm.js';
import { quoteForMessage } from '../../errors/quote-for-message.js';
import type { GraphVersion } from '../../http/request-context.js';
import { findProperty, hasNavigation, navigationsOf, type QueryModel } from './model.js';

const NAME = /^[A-Za-z_]\w*$/;

/**
 * The navigations that a `$expand` names: one, for Graph takes one a request (docs/contract/api.md#6.4), or with `*` all
 * (OData 4.01 part 2, section 5.1.3).
 * @throws queryOptionNotValid, queryPropertyNotFound
 */
export function parseExpand(text: string, model: QueryModel, version: GraphVersion): string[] {
  const items = text.split(',').map((name) => name.trim());
  const names = items.filter((name) => name !== '*');
  const unreadable = names.find((name) => !NAME.test(name));
  if (unreadable !== undefined)
    throw queryOptionNotValid(
      `The $expand query option takes the name of one navigation property, without options; '${quoteForMessage(unreadable)}' is none.`,
    );
  for (const name of names) {
    if (hasNavigation(model, name, version)) continue;
    if (findProperty(model, name, version) === undefined) throw queryPropertyNotFound(name, model.typeName);
    throw queryOptionNotValid(
      `Property '${name}' on type '${NAMESPACE}.${model.typeName}' is not a navigation property. Only navigation properties can be expanded.`,
    );
  }
  if (names.length < items.length) return navigationsOf(model, version);
  if (names.length > 1)
    throw queryOptionNotValid('Only one navigation property can be expanded in one request.');
  return names;
}
