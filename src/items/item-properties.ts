import type { BodyIssue } from '../graph/errors/catalogue/request.js';
import { described, shown } from '../graph/errors/shown.js';
import { ENOUGH_ISSUES } from '../graph/odata/enough-issues.js';
import type { SchemaPropertyDto } from '../schema/dto/schema.dto.js';
import type { PropertyType } from '../schema/enums.js';
import { ANNOTATION, DOUBLE, VALUE_TYPES, type ValueFault, valueFault } from './property-values.js';

type Bag = Readonly<Record<string, unknown>>;

/** An item without properties, or with none that has a value (contract, errors.md I7). */
export const PROPERTIES_REQUIRED: BodyIssue = {
  foundBy: 'rules',
  code: 'RequiredPropertyMissing',
  message: "Property 'properties' is required: an item has at least one, and null is none.",
  target: 'properties',
};

/** `#Collection(Edm.String)` as `collection(string)`: the hash and the namespace are said or not (contract, api.md 1.8). */
const normalized = (annotation: string): string =>
  annotation.replace(/^#/, '').replace(/edm\./gi, '').toLowerCase();

/** What `name@odata.type` may say, as it is answered. */
const annotationsOf = (type: PropertyType): string[] => {
  const { of, collection } = VALUE_TYPES[type];
  return of.names.map((name) => (collection ? `Collection(${name})` : name));
};

const needsAnnotation = (type: PropertyType): boolean => VALUE_TYPES[type].collection;
const isAnswered = (type: PropertyType): boolean => needsAnnotation(type) || type === 'principal';

/** A schema in the form in which items are checked by it. */
export interface PropertyTypes {
  readonly byName: ReadonlyMap<string, PropertyType>;
  /** The names in lower case, for whoever writes them in another. */
  readonly names: ReadonlyMap<string, string>;
}

export const propertyTypes = (schema: readonly SchemaPropertyDto[]): PropertyTypes => ({
  byName: new Map(schema.map(({ name, type }) => [name, type])),
  names: new Map(schema.map(({ name }) => [name.toLowerCase(), name])),
});

/**
 * Checks the properties of an item by the schema of its connection, and gives them as they are stored and answered: each
 * collection behind its `@odata.type`, so that what is read can be written back. Null is no value and is left out.
 */
export function readProperties(
  sent: Bag | null,
  types: PropertyTypes,
): { readonly properties: Record<string, unknown>; readonly faults: readonly BodyIssue[] } {
  const faults: BodyIssue[] = [];
  const properties: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(sent ?? {})) {
    if (name.includes('@')) continue;
    if (faults.length >= ENOUGH_ISSUES) break;
    const type = types.byName.get(name);
    if (type === undefined) {
      faults.push(notInSchema(name, types));
      continue;
    }
    if (value === null) continue;
    const fault = valueFault(value, type) ?? annotationFault(sent![name + ANNOTATION], type);
    if (fault !== undefined) faults.push(mismatch(name, type, fault));
    if (isAnswered(type)) properties[name + ANNOTATION] = annotationsOf(type)[0];
    properties[name] = VALUE_TYPES[type].of === DOUBLE ? asDouble(value) : value;
  }
  if (Object.keys(properties).length === 0 && faults.length === 0) faults.push(PROPERTIES_REQUIRED);
  return { properties, faults };
}

/** A double has no more digits than a number of JavaScript. */
const asDouble = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(asDouble) : typeof value === 'bigint' ? Number(value) : value;

function notInSchema(name: string, types: PropertyTypes): BodyIssue {
  const meant = types.names.get(name.toLowerCase());
  return {
    foundBy: 'rules',
    code: 'PropertyNotFound',
    message:
      meant === undefined
        ? `Property '${shown(name)}' is not defined in the schema.`
        : `Property '${shown(name)}' is not defined in the schema; '${meant}' is, and case counts.`,
    target: `properties.${shown(name)}`,
  };
}

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
  return fits ? undefined : { at, why: `must be '${possible[0]}'; it is ${described(annotation)}` };
}
