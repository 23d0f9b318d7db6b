import { quoteForMessage } from '../graph/errors/quote-for-message.js';
import type { BodyIssue } from '../graph/errors/catalogue/request.js';
import { enough } from '../graph/odata/rules.js';
import type { Steps } from '../graph/turns.js';
import { notAName, PROPERTY_NAME, type RegisterSchemaDto, type SchemaPropertyDto } from './schema.dto.js';
import type { PropertyType } from './enums.js';

const TEXTUAL: readonly PropertyType[] = ['string', 'stringCollection'];
/** A schema that Microsoft ships has searchable principals (docs/contract/field.md#2.2). */
const SEARCHABLE: readonly PropertyType[] = [...TEXTUAL, 'principal', 'principalCollection'];

/** The type of a label, where a document shows it (docs/contract/api.md#1.5); others go with any. */
const LABEL_TYPES: Readonly<Record<string, PropertyType>> = {
  title: 'string',
  url: 'string',
  iconUrl: 'string',
  createdDateTime: 'dateTime',
  lastModifiedDateTime: 'dateTime',
};

/** The same of the labels of people, in a connection of people (docs/contract/field.md#2.4). */
const PEOPLE_LABEL_TYPES: Readonly<Record<string, PropertyType>> = {
  personAccount: 'string',
  personCurrentPosition: 'string',
  personName: 'string',
  personNote: 'string',
  personWebSite: 'string',
  personAddresses: 'stringCollection',
  personAnniversaries: 'stringCollection',
  personAwards: 'stringCollection',
  personCertifications: 'stringCollection',
  personEducationalActivities: 'stringCollection',
  personEmails: 'stringCollection',
  personInterests: 'stringCollection',
  personLanguages: 'stringCollection',
  personPatents: 'stringCollection',
  personPhones: 'stringCollection',
  personProjects: 'stringCollection',
  personPublications: 'stringCollection',
  personSkills: 'stringCollection',
  personWebAccounts: 'stringCollection',
  personWorkPositions: 'stringCollection',
};

/** docs/contract/field.md#2.7. */
const MOST_LABELS = 1;

/** A property as the reader leaves it. */
type ReadProperty = Partial<SchemaPropertyDto>;

/** As messages of the service name a type: `Boolean`, `StringCollection`. */
const inMessages = (type: string): string => type.charAt(0).toUpperCase() + type.slice(1);

const issue = (code: string, message: string, target: string): BodyIssue => ({
  foundBy: 'rules',
  code,
  message,
  target,
});

/**
 * What the properties of a schema may not be together (docs/contract/api.md#1.5; docs/contract/errors.md#s2 to #s9); limits of each
 * are rules of the body. What could not be read is undefined, and the reader has said so.
 * @param ofPeople whether its connection is one of people
 */
export const schemaFaults = (
  { properties = [] }: Partial<RegisterSchemaDto>,
  ofPeople: boolean,
): Steps<BodyIssue[]> => enough(faultsOf(properties, ofPeople));

/** Nothing is found in a name that is right. */
type Looked = Iterable<BodyIssue | undefined>;

function* faultsOf(properties: readonly ReadProperty[], ofPeople: boolean): Looked {
  for (const [index, property] of properties.entries()) {
    yield* ofProperty(property, `properties[${index}]`);
    yield* ofLabels(property, `properties[${index}]`, ofPeople);
  }
  yield* repeatedNames(properties);
  yield* repeatedLabels(properties);
}

function* ofProperty(property: ReadProperty, at: string): Looked {
  const { type, labels, isSearchable, isRefinable, isExactMatchRequired, rankingHint } = property;
  for (const [place, alias] of (property.aliases ?? []).entries())
    yield PROPERTY_NAME.test(alias)
      ? undefined
      : issue('InvalidPropertyName', notAName(alias), `${at}.aliases[${place}]`);
  const named = quoteForMessage(property.name ?? '');
  const typed = inMessages(type ?? '');
  const notTextual = type !== undefined && !TEXTUAL.includes(type);
  const isLabelled = (labels ?? []).length > 0;
  const hasHint = rankingHint !== undefined && rankingHint !== null;
  if (isRefinable === true && type === 'boolean')
    yield issue(
      'RefinerShouldNotBeOfType',
      `Refiner property '${named}' cannot be of type '${typed}'.`,
      `${at}.isRefinable`,
    );
  if (isSearchable === true && isRefinable === true)
    yield issue(
      'RefinerShouldNotBeSearchable',
      `Refiner property '${named}' cannot be searchable.`,
      `${at}.isRefinable`,
    );
  if (isSearchable === true && type !== undefined && !SEARCHABLE.includes(type))
    yield issue(
      'SearchablePropertyShouldNotBeOfType',
      `Searchable property '${named}' cannot be of type '${typed}'.`,
      `${at}.isSearchable`,
    );
  if (isExactMatchRequired === true && isSearchable === true)
    yield issue(
      'ExactMatchShouldNotBeSearchable',
      `Exact match property '${named}' cannot be searchable.`,
      `${at}.isExactMatchRequired`,
    );
  if (isExactMatchRequired === true && notTextual)
    yield issue(
      'ExactMatchShouldNotBeOfType',
      `Exact match property '${named}' cannot be of type '${typed}'.`,
      `${at}.isExactMatchRequired`,
    );
  if (hasHint && (isSearchable !== true || isLabelled))
    yield issue(
      'RankingHintNotAllowed',
      `Property '${named}' cannot have a ranking hint: it must be searchable and have no labels.`,
      `${at}.rankingHint`,
    );
  else if (hasHint && notTextual)
    yield issue(
      'RankingHintNotAllowed',
      `Property '${named}' of type '${typed}' cannot have a ranking hint: its type must be string or stringCollection.`,
      `${at}.rankingHint`,
    );
}

function* ofLabels(property: ReadProperty, at: string, ofPeople: boolean): Iterable<BodyIssue> {
  const { type, isRetrievable } = property;
  const labels = property.labels ?? [];
  const named = quoteForMessage(property.name ?? '');
  // A connection of people is free of this rule (docs/contract/field.md#2.3).
  if (labels.length > 0 && isRetrievable !== true && !ofPeople)
    yield issue(
      'LabelledPropertyShouldBeRetrievable',
      `Labelled property '${named}' must be retrievable.`,
      `${at}.isRetrievable`,
    );
  const distinct = new Set(labels);
  if (distinct.size > MOST_LABELS)
    yield issue(
      'MaxSupportedLabelsCountExceeded',
      `Property '${named}' has ${distinct.size} labels (${quoteForMessage([...distinct].join(', '))}); it may have ${MOST_LABELS} at most.`,
      `${at}.labels`,
    );
  for (const [place, label] of labels.entries()) {
    const needed = LABEL_TYPES[label] ?? (ofPeople ? PEOPLE_LABEL_TYPES[label] : undefined);
    if (type !== undefined && needed !== undefined && type !== needed)
      yield issue(
        'LabelShouldNotBeOfType',
        `Label '${label}' cannot be assigned to a property of type '${inMessages(type)}'.` +
          (label in PEOPLE_LABEL_TYPES
            ? ` In a connection of people, property '${named}' must be a ${needed}.`
            : ''),
        `${at}.labels[${place}]`,
      );
  }
}

/** The name of a property, and its aliases, each with its place among them. */
function* namesOf({ name, aliases }: ReadProperty): Iterable<[name: string, place?: number]> {
  if (name !== undefined) yield [name];
  for (const [place, alias] of (aliases ?? []).entries()) yield [alias, place];
}

function* repeatedNames(properties: readonly ReadProperty[]): Looked {
  const seen = new Set<string>();
  for (const [index, property] of properties.entries())
    for (const [name, place] of namesOf(property)) {
      const folded = name.toLowerCase();
      yield seen.has(folded)
        ? issue(
            'DuplicatePropertyName',
            `Property name '${quoteForMessage(name)}' is used more than once.`,
            `properties[${index}].${place === undefined ? 'name' : `aliases[${place}]`}`,
          )
        : undefined;
      seen.add(folded);
    }
}

function* repeatedLabels(properties: readonly ReadProperty[]): Iterable<BodyIssue> {
  const seen = new Set<string>();
  for (const [index, { labels }] of properties.entries())
    for (const [place, label] of (labels ?? []).entries()) {
      if (seen.has(label))
        yield issue(
          'DuplicateLabel',
          `Label '${label}' is assigned to more than one property.`,
          `properties[${index}].labels[${place}]`,
        );
      seen.add(label);
    }
}

const refused = (name: string, why: string, target: string): BodyIssue =>
  issue(
    'UpdateNotAllowed',
    `Property '${name}' cannot be updated: it ${why}. Only a new connection can have it otherwise.`,
    target,
  );

/** A schema that v1.0 sent, with what v1.0 does not answer, and the body does not name, as it was. */
export function keepingBeta(
  before: readonly SchemaPropertyDto[],
  schema: RegisterSchemaDto,
): RegisterSchemaDto {
  const known = new Map(before.map((property) => [property.name.toLowerCase(), property]));
  return {
    ...schema,
    properties: schema.properties.map((property) => {
      const { isExactMatchRequired = known.get(property.name.toLowerCase())?.isExactMatchRequired } =
        property;
      const { rankingHint = known.get(property.name.toLowerCase())?.rankingHint } = property;
      return { ...property, isExactMatchRequired, rankingHint };
    }),
  };
}

/**
 * What a registered schema does not let change: a property goes or gets another type, becomes refinable, or searchable
 * where it was refinable (docs/contract/api.md#1.5; docs/contract/errors.md#s12). Everything else may: more properties, search
 * attributes, aliases, labels.
 */
export function updateFaults(
  before: readonly SchemaPropertyDto[],
  { properties }: RegisterSchemaDto,
): BodyIssue[] {
  const sent = new Map(
    properties.map((property, index) => [property.name.toLowerCase(), { property, index }]),
  );
  return before.flatMap(({ name, type, isRefinable, isSearchable }) => {
    const found = sent.get(name.toLowerCase());
    if (found === undefined) return [refused(name, 'cannot be removed from the schema', 'properties')];
    const { property, index } = found;
    const at = `properties[${index}]`;
    return [
      ...(property.name === name
        ? []
        : [refused(name, `cannot be renamed to '${property.name}'`, `${at}.name`)]),
      ...(property.type === type
        ? []
        : [refused(name, `cannot change its type from ${type} to ${property.type}`, `${at}.type`)]),
      ...(property.isRefinable === true && isRefinable !== true
        ? [refused(name, 'cannot become refinable', `${at}.isRefinable`)]
        : []),
      ...(property.isSearchable === true && isSearchable !== true && isRefinable === true
        ? [refused(name, 'is refinable and cannot become searchable', `${at}.isSearchable`)]
        : []),
    ];
  });
}

/** A property with every default filled in (docs/contract/api.md#1.5). */
export const withDefaults = (property: SchemaPropertyDto): SchemaPropertyDto => ({
  name: property.name,
  type: property.type,
  description: property.description ?? undefined,
  aliases: property.aliases ?? [],
  labels: property.labels ?? [],
  isSearchable: property.isSearchable ?? false,
  isQueryable: property.isQueryable ?? false,
  isRetrievable: property.isRetrievable ?? false,
  isRefinable: property.isRefinable ?? false,
  isExactMatchRequired: property.isExactMatchRequired ?? false,
  rankingHint: property.rankingHint ?? undefined,
});
