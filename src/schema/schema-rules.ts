import { shown } from '../graph/errors/shown.js';
import type { BodyIssue } from '../graph/errors/catalogue/request.js';
import type { RegisterSchemaDto, SchemaPropertyDto } from './dto/schema.dto.js';
import type { PropertyType } from './enums.js';

const BASE_TYPE = 'microsoft.graph.externalItem';
const MOST_PROPERTIES = 128;
const NAME = /^[A-Za-z0-9]{1,32}$/;
const TEXTUAL: readonly PropertyType[] = ['string', 'stringCollection'];

/** The type of a label, where a document shows it (contract, api.md section 1.5); others go with any. */
const LABEL_TYPES: Readonly<Record<string, PropertyType>> = {
  title: 'string',
  url: 'string',
  iconUrl: 'string',
  createdDateTime: 'dateTime',
  lastModifiedDateTime: 'dateTime',
};

/** As messages of the service name a type: `Boolean`, `StringCollection`. */
const inMessages = (type: string): string => type.charAt(0).toUpperCase() + type.slice(1);

const issue = (code: string, message: string, target: string): BodyIssue => ({
  foundBy: 'rules',
  code,
  message,
  target,
});

/** Everything that is wrong with a schema by itself (contract, api.md section 1.5; errors.md S2 to S11). */
export function schemaFaults({ baseType, properties }: RegisterSchemaDto): BodyIssue[] {
  const faults: BodyIssue[] = [];
  if (baseType !== BASE_TYPE)
    faults.push(
      issue(
        'InvalidBaseType',
        `Base type '${shown(baseType)}' is not supported; it must be '${BASE_TYPE}'.`,
        'baseType',
      ),
    );
  if (properties.length < 1 || properties.length > MOST_PROPERTIES)
    faults.push(
      issue(
        'InvalidPropertyCount',
        `A schema must have between 1 and ${MOST_PROPERTIES} properties.`,
        'properties',
      ),
    );
  return [
    ...faults,
    ...properties.flatMap(ofProperty),
    ...repeatedNames(properties),
    ...repeatedLabels(properties),
  ];
}

function ofProperty(property: SchemaPropertyDto, index: number): BodyIssue[] {
  const at = `properties[${index}]`;
  const { name, type, labels, isSearchable, isRefinable, isRetrievable } = property;
  const { isExactMatchRequired, rankingHint } = property;
  const faults: BodyIssue[] = [];
  const say = (
    condition: boolean | null | undefined,
    code: string,
    message: string,
    target: string,
  ): void => {
    if (condition === true) faults.push(issue(code, message, `${at}.${target}`));
  };
  for (const [alias, target] of namesOf(property, at))
    if (!NAME.test(alias))
      faults.push(
        issue(
          'InvalidPropertyName',
          `Property name '${shown(alias)}' must contain 1 to 32 alphanumeric characters.`,
          target,
        ),
      );
  const textual = TEXTUAL.includes(type);
  say(
    isRefinable && type === 'boolean',
    'RefinerShouldNotBeOfType',
    `Refiner property '${name}' cannot be of type '${inMessages(type)}'.`,
    'isRefinable',
  );
  say(
    isSearchable && isRefinable,
    'RefinerShouldNotBeSearchable',
    `Refiner property '${name}' cannot be searchable.`,
    'isRefinable',
  );
  say(
    isSearchable && !textual,
    'SearchablePropertyShouldNotBeOfType',
    `Searchable property '${name}' cannot be of type '${inMessages(type)}'.`,
    'isSearchable',
  );
  say(
    isExactMatchRequired && isSearchable,
    'ExactMatchShouldNotBeSearchable',
    `Exact match property '${name}' cannot be searchable.`,
    'isExactMatchRequired',
  );
  say(
    isExactMatchRequired && !textual,
    'ExactMatchShouldNotBeOfType',
    `Exact match property '${name}' cannot be of type '${inMessages(type)}'.`,
    'isExactMatchRequired',
  );
  const labelled = (labels ?? []).length > 0;
  say(
    labelled && isRetrievable !== true,
    'LabelledPropertyShouldBeRetrievable',
    `Labelled property '${name}' must be retrievable.`,
    'isRetrievable',
  );
  say(
    rankingHint !== undefined && rankingHint !== null && (isSearchable !== true || labelled),
    'RankingHintNotAllowed',
    `Property '${name}' cannot have a ranking hint: it must be searchable and have no labels.`,
    'rankingHint',
  );
  for (const [place, label] of (labels ?? []).entries()) {
    const wanted = LABEL_TYPES[label];
    say(
      wanted !== undefined && wanted !== type,
      'LabelShouldNotBeOfType',
      `Label '${label}' cannot be assigned to a property of type '${inMessages(type)}'.`,
      `labels[${place}]`,
    );
  }
  return faults;
}

/** The name of a property and its aliases, each with its place. */
const namesOf = ({ name, aliases }: SchemaPropertyDto, at: string): [name: string, target: string][] => [
  [name, `${at}.name`],
  ...(aliases ?? []).map((alias, index): [string, string] => [alias, `${at}.aliases[${index}]`]),
];

function repeatedNames(properties: readonly SchemaPropertyDto[]): BodyIssue[] {
  const seen = new Set<string>();
  return properties
    .flatMap((property, index) => namesOf(property, `properties[${index}]`))
    .flatMap(([name, target]) => {
      const known = seen.has(name.toLowerCase());
      seen.add(name.toLowerCase());
      return known
        ? [issue('DuplicatePropertyName', `Property name '${shown(name)}' is used more than once.`, target)]
        : [];
    });
}

function repeatedLabels(properties: readonly SchemaPropertyDto[]): BodyIssue[] {
  const seen = new Set<string>();
  return properties.flatMap(({ labels }, index) =>
    (labels ?? []).flatMap((label, place) => {
      const known = seen.has(label);
      seen.add(label);
      return known
        ? [
            issue(
              'DuplicateLabel',
              `Label '${label}' is assigned to more than one property.`,
              `properties[${index}].labels[${place}]`,
            ),
          ]
        : [];
    }),
  );
}

const refused = (name: string, why: string, target: string): BodyIssue => ({
  ...issue('UpdateNotAllowed', `Property '${name}' cannot be updated.`, target),
  explained: `Property '${name}' ${why}: only a new connection can.`,
});

/**
 * What a registered schema does not let change: a property goes or gets another type, or becomes refinable (contract,
 * api.md section 1.5; errors.md S12). Everything else may: more properties, search attributes, aliases, labels.
 */
export function updateFaults(
  before: readonly SchemaPropertyDto[],
  { properties }: RegisterSchemaDto,
): BodyIssue[] {
  const sent = new Map(
    properties.map((property, index) => [property.name.toLowerCase(), { property, index }]),
  );
  return before.flatMap(({ name, type, isRefinable }) => {
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
    ];
  });
}

/** A property with every default filled in (contract, api.md section 1.5). */
export const completed = (property: SchemaPropertyDto): SchemaPropertyDto => ({
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
