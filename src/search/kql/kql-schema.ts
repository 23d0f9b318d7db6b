import { type SchemaPropertyDto, PROPERTY_NAME } from '../../schema/dto/schema.dto.js';
import { LABEL, type PropertyType } from '../../schema/enums.js';

/** A property as queries know it. */
export interface KqlProperty {
  readonly name: string;
  readonly type: PropertyType;
  readonly isQueryable: boolean;
  readonly isExactMatchRequired: boolean;
}

type SchemaProperty = Pick<SchemaPropertyDto, 'name' | 'type'> &
  Partial<Pick<SchemaPropertyDto, 'aliases' | 'labels' | 'isQueryable' | 'isExactMatchRequired'>>;

const LABEL_NAME = /^label_([a-z]+)$/;

/** The names that a query may use for the properties of a connection (docs/contract/kql.md#1, "name"). */
export class KqlSchema {
  private readonly byName = new Map<string, KqlProperty>();
  private readonly byAlias = new Map<string, KqlProperty>();
  private readonly byLabel = new Map<string, KqlProperty>();

  constructor(properties: readonly SchemaProperty[]) {
    for (const { name, type, aliases, labels, ...flags } of properties) {
      const property: KqlProperty = {
        name,
        type,
        isQueryable: flags.isQueryable === true,
        isExactMatchRequired: flags.isExactMatchRequired === true,
      };
      this.byName.set(name.toLowerCase(), property);
      for (const alias of aliases ?? []) this.byAlias.set(alias.toLowerCase(), property);
      for (const label of labels ?? []) this.byLabel.set(label.toLowerCase(), property);
    }
    for (const [other, label] of Object.entries(LABEL.aliases ?? {})) {
      const property = this.byLabel.get(label.toLowerCase());
      if (property !== undefined) this.byLabel.set(other.toLowerCase(), property);
    }
  }

  /**
   * The property that a name stands for, without regard to case: its own name, an alias, or `Label_` and its label
   * (docs/contract/retrieval.md#5). Undefined if there is none.
   */
  find(name: string): KqlProperty | undefined {
    const lower = name.toLowerCase();
    // Lower case of the Kelvin sign is a k.
    if (PROPERTY_NAME.test(name)) return this.byName.get(lower) ?? this.byAlias.get(lower);
    const label = LABEL_NAME.exec(lower)?.[1];
    return label === undefined ? undefined : this.byLabel.get(label);
  }
}
