import { queryOptionNotValid } from '../../errors/catalogue/query.js';
import { quoteForMessage } from '../../errors/quote-for-message.js';
import type { GraphVersion } from '../../http/request-context.js';

/** The system query options of collections (docs/contract/api.md#6.4). */
export const OPTIONS = [
  '$top',
  '$skip',
  '$select',
  '$filter',
  '$orderby',
  '$search',
  '$count',
  '$expand',
  '$skiptoken',
  '$format',
] as const;
export type Option = (typeof OPTIONS)[number];

/** The features of a collection besides paging, selecting and counting. `filter` includes sorting. */
interface Offered {
  readonly filter?: boolean;
  readonly search?: boolean;
  readonly expand?: boolean;
}

/** The query options of a list. */
export const listOptions = ({
  filter = true,
  search = false,
  expand = false,
}: Offered = {}): ReadonlySet<Option> => {
  const offered: Partial<Record<Option, boolean>> = {
    $filter: filter,
    $orderby: filter,
    $search: search,
    $expand: expand,
  };
  return new Set(OPTIONS.filter((option) => offered[option] ?? true));
};

/** The query options of one entity. */
export const entityOptions = ({ expand = false }: Pick<Offered, 'expand'> = {}): ReadonlySet<Option> =>
  new Set<Option>(expand ? ['$select', '$expand', '$format'] : ['$select', '$format']);

/** The query options of `/$count`: those that decide which entries are counted. */
export const countOptions = ({
  filter = true,
  search = false,
}: Omit<Offered, 'expand'> = {}): ReadonlySet<Option> =>
  new Set(OPTIONS.filter((option) => (filter && option === '$filter') || (search && option === '$search')));

const LONGEST = 300_000;
const MOST_PARTS = 100;

const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

const optionNamed = (name: string): Option | undefined => OPTIONS.find((option) => option === name);

/** The system query option that a name means; in beta, `top` is `$top`. */
const optionOf = (name: string, version: GraphVersion): Option | undefined =>
  optionNamed(name) ?? (version === 'beta' ? optionNamed(`$${name}`) : undefined);

interface Part {
  /** As the client wrote it, percent-encoded. */
  readonly raw: string;
  /** In lower case. */
  readonly name: string;
  readonly value: string;
}

/** @throws queryOptionNotValid where the encoding is broken or the text is none that a database stores */
function partsOf(search: string): Part[] {
  if (search.length > LONGEST) throw queryOptionNotValid(`The query may have ${LONGEST} characters at most.`);
  const parts = search.split('&', MOST_PARTS + 1);
  if (parts.length > MOST_PARTS)
    throw queryOptionNotValid(`The query may have ${MOST_PARTS} options at most.`);
  return parts
    .filter((raw) => raw !== '')
    .map((raw) => {
      const equals = raw.includes('=') ? raw.indexOf('=') : raw.length;
      try {
        const [name, value] = [decode(raw.slice(0, equals)), decode(raw.slice(equals + 1))];
        if ([name, value].every((text) => !text.includes('\0') && text.isWellFormed()))
          return { raw, name: name.trim().toLowerCase(), value: value.trim() };
      } catch {
        // Broken percent-encoding is answered below, like text that cannot be stored.
      }
      throw queryOptionNotValid(`'${quoteForMessage(raw)}' is not well-formed percent-encoded text.`);
    });
}

/**
 * The system query options of a raw query string with their decoded values. Names are taken in any case; what does not
 * begin with `$` and is no option is the client's own and ignored (OData 4.01 part 2, section 5.2).
 * @throws queryOptionNotValid
 */
export function readOptions(
  search: string,
  version: GraphVersion,
  allowed: ReadonlySet<Option>,
): ReadonlyMap<Option, string> {
  const found = new Map<Option, string>();
  for (const { name, value } of partsOf(search)) {
    const option = optionOf(name, version);
    if (option === undefined && !name.startsWith('$')) continue;
    if (option === undefined || !allowed.has(option))
      throw queryOptionNotValid(`The query option '${quoteForMessage(option ?? name)}' is not supported.`);
    if (found.has(option))
      throw queryOptionNotValid(
        `Query option '${option}' was specified more than once, but it must be specified at most once.`,
      );
    if (value === '') throw queryOptionNotValid(`The value for OData query '${option}' cannot be empty.`);
    found.set(option, value);
  }
  return found;
}

/** The raw query string without these options. */
const withoutOptions = (search: string, version: GraphVersion, left: readonly Option[]): readonly string[] =>
  partsOf(search)
    .filter(({ name }) => {
      const option = optionOf(name, version);
      return option === undefined || !left.includes(option);
    })
    .map(({ raw }) => raw);

/**
 * `@odata.nextLink`: absolute, with all options of the first request, as they were written (docs/contract/api.md#6.5). `$top` is kept, since it is the size of a page; `$skip` is not, since the token says where to go on.
 * @param address origin and path as the client used them
 */
export const nextLink = (address: string, search: string, token: string, version: GraphVersion): string =>
  `${address}?${[...withoutOptions(search, version, ['$skip', '$skiptoken']), `$skiptoken=${token}`].join('&')}`;
