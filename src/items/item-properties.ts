import type { BodyIssue } from '../graph/errors/catalogue/request.js';
import { shown } from '../graph/errors/shown.js';
import { isDateTime } from '../graph/odata/date-time.js';
import { isInt64 } from '../graph/odata/deserialize.js';
import { ENOUGH_ISSUES } from '../graph/odata/enough-issues.js';
import type { SchemaPropertyDto } from '../schema/dto/schema.dto.js';
import type { PropertyType } from '../schema/enums.js';

type Bag = Readonly<Record<string, unknown>>;

const ANNOTATION = '@odata.type';
const PRINCIPAL = 'microsoft.graph.externalConnectors.principal';

/** How one value of a type is written (contract, api.md section 1.8). */
interface ValueType {
  readonly isValue: (value: unknown) => boolean;
  readonly expected: string;
  /** Its names in `@odata.type`, the first as it is answered. */
  readonly names: readonly string[];
}

const isText = (value: unknown): boolean =>
  typeof value === 'string' && !value.includes('\0') && value.isWellFormed();

const PRINCIPAL_MEMBERS = new Set([
  'externalName',
  'externalId',
  'entraDisplayName',
  'entraId',
  'email',
  'upn',
  'tenantId',
]);

/** Contract, api.md section 1.12. */
const isPrincipal = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([key, entry]) =>
    key === ANNOTATION
      ? typeof entry === 'string' && entry.replace(/^#/, '') === PRINCIPAL
      : PRINCIPAL_MEMBERS.has(key) && (entry === null || isText(entry)),
  );

const STRING: ValueType = { isValue: isText, expected: 'a string', names: ['String'] };
const INT64: ValueType = { isValue: isInt64, expected: 'a whole number of 64 bits', names: ['Int64'] };
const DOUBLE: ValueType = {
  isValue: (value) => Number.isFinite(value) || (typeof value === 'bigint' && Number.isFinite(Number(value))),
  expected: 'a number',
  names: ['Double'],
};
const DATE_TIME: ValueType = {
  isValue: (value) => typeof value === 'string' && isDateTime(value),
  expected: 'a date and time such as 2026-11-24T18:05:10Z',
  names: ['DateTimeOffset', 'DateTime'],
};
const BOOLEAN: ValueType = {
  isValue: (value) => typeof value === 'boolean',
  expected: 'true or false',
  names: ['Boolean'],
};
const PRINCIPAL_VALUE: ValueType = { isValue: isPrincipal, expected: 'a principal', names: [PRINCIPAL] };

const TYPES: Record<PropertyType, { readonly of: ValueType; readonly collection: boolean }> = {
  string: { of: STRING, collection: false },
  int64: { of: INT64, collection: false },
  double: { of: DOUBLE, collection: false },
  dateTime: { of: DATE_TIME, collection: false },
  boolean: { of: BOOLEAN, collection: false },
  principal: { of: PRINCIPAL_VALUE, collection: false },
  stringCollection: { of: STRING, collection: true },
  int64Collection: { of: INT64, collection: true },
  doubleCollection: { of: DOUBLE, collection: true },
  dateTimeCollection: { of: DATE_TIME, collection: true },
  principalCollection: { of: PRINCIPAL_VALUE, collection: true },
};

/** `#Collection(Edm.String)` as `collection(string)`: the hash and the namespace are said or not (contract, api.md 1.8). */
const normalized = (annotation: string): string =>
  annotation.replace(/^#/, '').replace(/edm\./gi, '').toLowerCase();

/** What `name@odata.type` may say, as it is answered. */
const annotationsOf = (type: PropertyType): string[] => {
  const { of, collection } = TYPES[type];
  return of.names.map((name) => (collection ? `Collection(${name})` : name));
};

const needsAnnotation = (type: PropertyType): boolean => TYPES[type].collection;
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
    const fault = valueFault(name, value, type) ?? annotationFault(name, sent![name + ANNOTATION], type);
    if (fault !== undefined) faults.push(fault);
    if (isAnswered(type)) properties[name + ANNOTATION] = annotationsOf(type)[0];
    properties[name] = TYPES[type].of === DOUBLE ? asDouble(value) : value;
  }
  if (Object.keys(properties).length === 0 && faults.length === 0)
    faults.push({
      foundBy: 'rules',
      code: 'RequiredPropertyMissing',
      message: "Property 'properties' is required.",
      target: 'properties',
    });
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
    message: `Property '${shown(name)}' is not defined in the schema.`,
    explained:
      meant === undefined
        ? undefined
        : `Property '${shown(name)}' is not defined in the schema; '${meant}' is, and case counts.`,
    target: `properties.${shown(name)}`,
  };
}

const mismatch = (name: string, type: PropertyType, why: string, at: string): BodyIssue => ({
  foundBy: 'rules',
  code: 'PropertyTypeMismatch',
  message: `Property '${name}' value does not match the type '${type}' in the schema.`,
  explained: `Property '${name}' value does not match the type '${type}' in the schema: ${why}.`,
  target: `properties.${at}`,
});

function valueFault(name: string, value: unknown, type: PropertyType): BodyIssue | undefined {
  const { of, collection } = TYPES[type];
  if (!collection)
    return of.isValue(value)
      ? undefined
      : mismatch(name, type, `it must be ${of.expected}, and is ${shown(value)}`, name);
  if (!Array.isArray(value)) return mismatch(name, type, `it must be an array, and is ${shown(value)}`, name);
  const wrong = value.findIndex((entry) => !of.isValue(entry));
  return wrong === -1
    ? undefined
    : mismatch(
        name,
        type,
        `each value must be ${of.expected}, and one is ${shown(value[wrong])}`,
        `${name}[${wrong}]`,
      );
}

function annotationFault(name: string, annotation: unknown, type: PropertyType): BodyIssue | undefined {
  const possible = annotationsOf(type);
  const wanted = `'${name}${ANNOTATION}' must be '${possible[0]}'`;
  if (annotation === undefined)
    return needsAnnotation(type)
      ? mismatch(name, type, `${wanted}, and is missing`, name + ANNOTATION)
      : undefined;
  const fits =
    typeof annotation === 'string' &&
    possible.some((candidate) => normalized(candidate) === normalized(annotation));
  return fits ? undefined : mismatch(name, type, `${wanted}, and is ${shown(annotation)}`, name + ANNOTATION);
}
