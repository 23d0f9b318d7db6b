import { queryPropertyNotFound } from '../../errors/catalogue/query.js';
import type { GraphVersion } from '../../http/request-context.js';
import type { EnumType } from '../edm.js';

interface InVersions {
  /** Where the property exists; without it, in both versions. */
  readonly versions?: readonly GraphVersion[];
}

interface Column extends InVersions {
  /** With the alias of the entity: `connection.name`. The part after the dot is also the name of the row's field. */
  readonly column: string;
  /** Returns the value of a row, if `column` is an expression instead of the name of a field. */
  readonly valueIn?: (row: object) => string;
  /** False where the column is never null, which makes simpler SQL; true by default. */
  readonly nullable?: boolean;
  readonly filterable?: boolean;
  /** Only for text of bounded length: the value of the last row travels in the address of the next page. */
  readonly sortable?: boolean;
}

interface StringProperty extends Column {
  readonly kind: 'string';
  /** The column holds lower case alone, so that literals are folded before they are compared. */
  readonly foldCase?: boolean;
}

/** Compared as stored text, only by equality, and sorted by the names of its members. */
interface EnumProperty extends Column {
  readonly kind: 'enum';
  readonly type: EnumType;
}

interface PlainProperty extends Column {
  /** `int` is Edm.Int32. */
  readonly kind: 'int' | 'boolean';
}

/** Strings in a table of their own, asked by `any`. */
interface StringCollectionProperty extends InVersions {
  readonly kind: 'stringCollection';
  /** The column of one element inside of the subquery; quoted, since no alias of the query builder. */
  readonly element: string;
  readonly foldCase?: boolean;
  /** The subquery: `EXISTS (SELECT 1 FROM … WHERE … AND ${condition})`. Has no parameter of its own. */
  readonly exists: (condition: string) => string;
}

/** Only for `$select`. A member that can be filtered has its own entry, under its path. */
interface ComplexProperty extends InVersions {
  readonly kind: 'complex';
  /** Without the namespace. */
  readonly typeName: string;
  readonly members: readonly string[];
  /** Members that the type does not declare may be selected as well. */
  readonly open?: boolean;
}

export type ScalarProperty = StringProperty | EnumProperty | PlainProperty;
export type QueryProperty = ScalarProperty | StringCollectionProperty | ComplexProperty;

/** The properties of a resource that queries can use, and their columns. */
export interface QueryModel {
  /** Without the namespace. */
  readonly typeName: string;
  /** By name, or by path (`configuration/authorizedAppIds`). */
  readonly properties: Readonly<Record<string, QueryProperty>>;
  /** The property that makes any order complete: unique in the query, never null. A singleton has none. */
  readonly key?: string;
  /** What `$expand` may name. */
  readonly navigations?: Readonly<Record<string, InVersions>>;
  /** The columns that `$search` looks into. */
  readonly searched?: readonly string[];
}

export const isScalar = (property: QueryProperty): property is ScalarProperty =>
  property.kind !== 'complex' && property.kind !== 'stringCollection';

function inVersion<T extends InVersions>(
  all: Readonly<Record<string, T>> | undefined,
  name: string,
  version: GraphVersion,
): T | undefined {
  const found = all !== undefined && Object.hasOwn(all, name) ? all[name] : undefined;
  return found?.versions?.includes(version) === false ? undefined : found;
}

export const findProperty = (
  model: QueryModel,
  path: string,
  version: GraphVersion,
): QueryProperty | undefined => inVersion(model.properties, path, version);

/** @throws queryPropertyNotFound */
export function propertyOf(model: QueryModel, path: string, version: GraphVersion): QueryProperty {
  const property = findProperty(model, path, version);
  if (property === undefined) throw queryPropertyNotFound(path, model.typeName);
  return property;
}

export const hasNavigation = (model: QueryModel, name: string, version: GraphVersion): boolean =>
  inVersion(model.navigations, name, version) !== undefined;

/** The names of all navigations of a version. */
export const navigationsOf = (model: QueryModel, version: GraphVersion): string[] =>
  Object.keys(model.navigations ?? {}).filter((name) => hasNavigation(model, name, version));
