import type { Type } from '@nestjs/common';
import type { GraphVersion } from '../graph/http/request-context.js';
import {
  type EnumType,
  isComplex,
  isEnum,
  NAMESPACE,
  propertiesOf,
  type PropertyOptions,
  typeOf,
} from '../graph/odata/edm.js';
import {
  ACTIONS,
  CLOSED_ENUMS,
  ENTITIES,
  type EntityShape,
  ENUM_VALUES,
  EXTERNAL,
  GRAPH_TYPES,
  LONG_ENUMS,
  type Navigation,
  NULLABLE,
  VALUES,
} from './service-model.js';

/** An element as lines of text, so that its parent can indent it. */
type Element = readonly string[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character]!);

/** An element; attributes without a value are left out. */
function element(
  name: string,
  attributes: Readonly<Record<string, string | number | boolean | undefined>>,
  children: readonly Element[] = [],
): Element {
  const head = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  if (children.length === 0) return [`<${name}${head} />`];
  return [`<${name}${head}>`, ...children.flat().map((line) => `  ${line}`), `</${name}>`];
}

/** A whole document. */
const xmlDocument = (root: Element): string =>
  ['<?xml version="1.0" encoding="utf-8"?>', ...root, ''].join('\n');

const EDM = 'http://docs.oasis-open.org/odata/ns/edm';
const EDMX = 'http://docs.oasis-open.org/odata/ns/edmx';

const qualified = (name: string): string =>
  GRAPH_TYPES.has(name) ? `graph.${name}` : `${NAMESPACE}.${name}`;

const collectionOf = (name: string, collection: boolean | undefined): string =>
  collection ? `Collection(${name})` : name;

const byName = <T>(elements: ReadonlyMap<string, T>): T[] =>
  [...elements].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);

/** The service model of one version, as the Common Schema Definition Language of OData says it. */
export const csdl = (version: GraphVersion): string => new Model(version).document();

const named = (type: Type): string => qualified(typeOf(type).name);

const action = ({ name, bound, parameter, of, returns }: (typeof ACTIONS)[number]): Element => {
  return element('Action', { Name: name, IsBound: true }, [
    element('Parameter', { Name: 'bindingParameter', Type: named(bound) }),
    element('Parameter', { Name: parameter, Type: collectionOf(named(of), true), Nullable: false }),
    element('ReturnType', { Type: collectionOf(named(returns), true) }),
  ]);
};

class Model {
  private readonly enums = new Map<string, Element>();
  private readonly complexTypes = new Map<string, Element>();
  private readonly bases = new Map<Type, Type>();

  constructor(private readonly version: GraphVersion) {}

  document(): string {
    const shapes = ENTITIES.filter((shape) => this.has(shape));
    const entities = new Map([
      ['external', element('EntityType', { Name: 'external' }, this.navigation(EXTERNAL))],
      ...shapes.map((shape): [string, Element] => [typeOf(shape.type).name, this.entityType(shape)]),
    ]);
    for (const type of VALUES) this.complexType(type);
    const inGraph = <T>(elements: ReadonlyMap<string, T>, graph: boolean): T[] =>
      byName(new Map([...elements].filter(([name]) => GRAPH_TYPES.has(name) === graph)));
    const schemas = [
      element('Schema', { Namespace: 'microsoft.graph', Alias: 'graph', xmlns: EDM }, [
        ...inGraph(this.enums, true),
        ...inGraph(this.complexTypes, true),
        this.entity(),
        this.container(),
      ]),
      element('Schema', { Namespace: NAMESPACE, xmlns: EDM }, [
        ...inGraph(this.enums, false),
        ...inGraph(this.complexTypes, false),
        ...byName(entities),
        ...ACTIONS.map(action),
        ...shapes.flatMap((shape) => this.annotations(shape)),
      ]),
    ];
    return xmlDocument(
      element('edmx:Edmx', { Version: '4.0', 'xmlns:edmx': EDMX }, [
        element('edmx:DataServices', {}, schemas),
      ]),
    );
  }

  private has({ versions }: { readonly versions?: readonly GraphVersion[] }): boolean {
    return versions?.includes(this.version) ?? true;
  }

  private entity(): Element {
    return element('EntityType', { Name: 'entity', Abstract: true }, [
      element('Key', {}, [element('PropertyRef', { Name: 'id' })]),
      element('Property', { Name: 'id', Type: 'Edm.String', Nullable: false }),
    ]);
  }

  private container(): Element {
    return element('EntityContainer', { Name: 'GraphService' }, [
      element('Singleton', { Name: 'external', Type: `${NAMESPACE}.external` }),
    ]);
  }

  private entityType({ type, navigation = [], base }: EntityShape): Element {
    const inherited = new Set(['id', ...(base === undefined ? [] : propertiesOf(base).keys())]);
    const own = [...propertiesOf(type)].filter(
      ([name]) => !inherited.has(name) && !navigation.some((property) => property.name === name),
    );
    const baseType = base === undefined ? 'graph.entity' : qualified(typeOf(base).name);
    return element('EntityType', { Name: typeOf(type).name, BaseType: baseType }, [
      ...this.properties(typeOf(type).name, own),
      ...this.navigation(navigation),
    ]);
  }

  private navigation(properties: readonly Navigation[]): Element[] {
    return properties
      .filter((property) => this.has(property))
      .map(({ name, target, collection, inline }) =>
        element('NavigationProperty', {
          Name: name,
          Type: collectionOf(qualified(typeOf(target).name), collection),
          ContainsTarget: inline ? undefined : true,
        }),
      );
  }

  private annotations({ type, computed = [] }: EntityShape): Element[] {
    return computed.map((property) =>
      element('Annotations', { Target: `${qualified(typeOf(type).name)}/${property}` }, [
        element('Annotation', { Term: 'Org.OData.Core.V1.Computed', Bool: true }),
      ]),
    );
  }

  private properties(owner: string, properties: readonly [string, PropertyOptions][]): Element[] {
    return properties
      .filter(([, options]) => this.has(options))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, options]) => {
        const nullable = NULLABLE[`${owner}.${name}`] ?? options.nullable ?? false;
        return element('Property', {
          Name: name,
          Type: collectionOf(this.typeName(options.type), options.collection),
          Nullable: nullable ? undefined : false,
        });
      });
  }

  /** The name of a type, which is then part of the model. */
  private typeName(type: PropertyOptions['type']): string {
    if (isEnum(type)) return this.enumType(type);
    if (isComplex(type)) return this.complexType(type());
    if (type !== 'Json') return `Edm.${type}`;
    this.complexTypes.set('Json', element('ComplexType', { Name: 'Json' }));
    return qualified('Json');
  }

  private enumType(type: EnumType): string {
    const { name, members, flags, evolved = [] } = type;
    const values = ENUM_VALUES[name];
    let next = 0;
    const numbered = [...members, ...(CLOSED_ENUMS.has(name) ? [] : ['unknownFutureValue']), ...evolved].map(
      (member) => {
        const value = values?.[member] ?? next;
        next = value + 1;
        return { Name: member, Value: value };
      },
    );
    this.enums.set(
      name,
      element(
        'EnumType',
        {
          Name: name,
          IsFlags: flags || undefined,
          UnderlyingType: LONG_ENUMS.has(name) ? 'Edm.Int64' : undefined,
        },
        numbered.toSorted((a, b) => a.Value - b.Value).map((member) => element('Member', member)),
      ),
    );
    return qualified(name);
  }

  private complexType(type: Type): string {
    const { name, open, derived } = typeOf(type);
    if (this.complexTypes.has(name)) return qualified(name);
    this.complexTypes.set(name, []);
    const base = this.bases.get(type);
    const inherited = base === undefined ? undefined : propertiesOf(base);
    const own = [...propertiesOf(type)].filter(([property]) => !inherited?.has(property));
    this.complexTypes.set(
      name,
      element(
        'ComplexType',
        {
          Name: name,
          BaseType: base === undefined ? undefined : qualified(typeOf(base).name),
          OpenType: open,
          Abstract: derived === undefined ? undefined : true,
        },
        this.properties(name, own),
      ),
    );
    for (const heir of derived?.() ?? []) {
      this.bases.set(heir, type);
      this.complexType(heir);
    }
    return qualified(name);
  }
}
