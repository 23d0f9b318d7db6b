import type { BodyIssue } from '../graph/errors/catalogue/request.js';
import { describeForMessage, quoteForMessage } from '../graph/errors/quote-for-message.js';
import { ENOUGH_ISSUES } from '../graph/odata/rules.js';
import type { Steps } from '../graph/turns.js';
import { PROPERTY_NAME, type SchemaPropertyDto } from '../schema/schema.dto.js';
import type { PropertyType } from '../schema/enums.js';
import { ANNOTATION, DOUBLE, VALUE_TYPES, type ValueFault, valueFault } from './property-values.js';

type Bag = Readonly<Record<string, unknown>>;

/** An item without properties (docs/contract/errors.md#i7). */
export const PROPERTIES_REQUIRED: BodyIssue = {
  foundBy: 'rules',
  code: 'RequiredPropertyMissing',
  message: "Property 'properties' is required: an item has at least one.",
  target: 'properties',
};

/** `#Collection(Edm.String)` as `collection(string)`: the hash and the namespace are said or not (docs/contract/api.md#1.8). */
const normalized = (annotation: string): string =>
  annotation.replace(/^#/, '').replace(/edm\./gi, '').toLowerCase();

/** What `name@odata.type` may say, as it is answered. */
const annotationsOf = (type: PropertyType): string[] => {
  const { of, collection } = VALUE_TYPES[type];
  return of.names.map((name) => (collection ? `Collection(${name})` : name));
};

const needsAnnotation = (type: PropertyType): boolean => VALUE_TYPES[type].collection;
const isAnswered = (type: PropertyType): boolean => needsAnnotation(type) || type === 'principal';

/** A property of a schema, as far as items are checked by it. */
interface ItemProperty {
  readonly name: string;
  readonly type: PropertyType;
  readonly isLabelled: boolean;
}

/** A schema in the form in which items are checked by it. */
export interface ItemSchema {
  readonly byName: ReadonlyMap<string, ItemProperty>;
  /** By the name in lower case: no two names of a schema differ in case alone. */
  readonly byFoldedName: ReadonlyMap<string, ItemProperty>;
}

export function itemSchema(schema: readonly SchemaPropertyDto[]): ItemSchema {
  const properties = schema.map(({ name, type, labels }): ItemProperty => {
    return { name, type, isLabelled: (labels ?? []).length > 0 };
  });
  return {
    byName: new Map(properties.map((property) => [property.name, property])),
    byFoldedName: new Map(properties.map((property) => [property.name.toLowerCase(), property])),
  };
}

/** The property that an item means by a name: the exact one, or one that differs in case alone (docs/contract/field.md#1.8). */
const propertyNamed = ({ byName, byFoldedName }: ItemSchema, name: string): ItemProperty | undefined =>
  // Lower case of the Kelvin sign is a k.
  byName.get(name) ?? (PROPERTY_NAME.test(name) ? byFoldedName.get(name.toLowerCase()) : undefined);

/** A member of what was sent: its name there, and its value. */
type Member = readonly [name: string, value: unknown];

/**
 * Checks the properties of an item by the schema of its connection, and gives them as they are stored and answered: by the
 * names of the schema, each collection behind its `@odata.type`, so that what is read can be written back.
 * @param ofPeople whether the connection is one of people
 */
export function* readProperties(
  sent: Bag | null,
  schema: ItemSchema,
  ofPeople: boolean,
): Steps<{ readonly properties: Record<string, unknown>; readonly faults: readonly BodyIssue[] }> {
  const faults: BodyIssue[] = [];
  const properties: Record<string, unknown> = {};
  const members = Object.entries(sent ?? {});
  const annotations = annotationsBy(members, schema);
  const spellings = new Map<ItemProperty, string>();
  for (const [name, value] of members) {
    if (name.includes('@')) continue;
    if (faults.length >= ENOUGH_ISSUES) break;
    const property = propertyNamed(schema, name);
    if (property === undefined) {
      faults.push(notInSchema(name));
      continue;
    }
    const before = spellings.get(property);
    if (before !== undefined) {
      faults.push(repeated(name, before));
      continue;
    }
    spellings.set(property, name);
    const issue = yield* issueOf(name, value, property, annotations.get(property) ?? [], ofPeople);
    if (issue !== undefined) faults.push(issue);
    const { type } = property;
    if (isAnswered(type)) properties[property.name + ANNOTATION] = annotationsOf(type)[0];
    properties[property.name] = VALUE_TYPES[type].of === DOUBLE ? asDouble(value) : value;
  }
  if (Object.keys(properties).length === 0 && faults.length === 0) faults.push(PROPERTIES_REQUIRED);
  return { properties, faults };
}

/** The `@odata.type` annotations of what the schema has, with the names under which they were sent. */
function annotationsBy(members: readonly Member[], schema: ItemSchema): Map<ItemProperty, Member[]> {
  const found = new Map<ItemProperty, Member[]>();
  for (const member of members) {
    if (!member[0].endsWith(ANNOTATION)) continue;
    const property = propertyNamed(schema, member[0].slice(0, -ANNOTATION.length));
    if (property === undefined) continue;
    const others = found.get(property);
    if (others === undefined) found.set(property, [member]);
    else others.push(member);
  }
  return found;
}

/** What is wrong with a value and what was said of its type, if anything is. */
function* issueOf(
  name: string,
  value: unknown,
  { type, isLabelled }: ItemProperty,
  [annotation, again]: readonly Member[],
  ofPeople: boolean,
): Steps<BodyIssue | undefined> {
  if (ofPeople && type === 'stringCollection' && !isLabelled && Array.isArray(value))
    return unlabelledList(name);
  const fault = (yield* valueFault(value, type)) ?? annotationFault(annotation?.[1], type);
  if (fault !== undefined) return mismatch(name, type, fault);
  return again === undefined ? undefined : repeated(again[0], annotation![0]);
}

/** A double has no more digits than a number of JavaScript. */
const asDouble = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(asDouble) : typeof value === 'bigint' ? Number(value) : value;

const fault = (code: string, message: string, name: string): BodyIssue => ({
  foundBy: 'rules',
  code,
  message,
  target: `properties.${quoteForMessage(name)}`,
});

/** docs/contract/errors.md#i4. */
const notInSchema = (name: string): BodyIssue =>
  fault('PropertyNotFound', `Property '${quoteForMessage(name)}' is not defined in the schema.`, name);

/** docs/contract/field.md#1.8. */
const repeated = (name: string, before: string): BodyIssue =>
  fault(
    'DuplicatePropertyName',
    `Property '${name}' is given more than once, first as '${before}': names of properties are the same in any case.`,
    name,
  );

/** The parser of people connections reads it as a string (docs/contract/field.md#1.4, docs/contract/errors.md#i14). */
const unlabelledList = (name: string): BodyIssue => ({
  foundBy: 'parser',
  code: 'DeserializationError',
  message: `Cannot get the value of a token type 'StartArray' as a string. Path: $.${name}`,
  explained:
    `Property '${name}' is a stringCollection without a label, and the contentCategory of the connection is 'people': ` +
    'only a property with a label may have an array there. Give it a label in the schema.',
  target: `properties.${name}`,
});

const mismatch = (name: string, type: PropertyType, { at, why }: ValueFault): BodyIssue => ({
  foundBy: 'rules',
  code: 'PropertyTypeMismatch',
  message: `Property '${name}' value does not match the type '${type}' in the schema: '${name}${at}' ${why}.`,
  target: `properties.${name}${at}`,
});

/** What is wrong with the `@odata.type` of a value, if anything is. */
function annotationFault(annotation: unknown, type: PropertyType): ValueFault | undefined {
  const possible = annotationsOf(type);
  const at = ANNOTATION;
  if (annotation === undefined)
    return needsAnnotation(type) ? { at, why: `must be '${possible[0]}', and is missing` } : undefined;
  const fits =
    typeof annotation === 'string' &&
    possible.some((candidate) => normalized(candidate) === normalized(annotation));
  return fits ? undefined : { at, why: `must be '${possible[0]}'; it is ${describeForMessage(annotation)}` };
}
