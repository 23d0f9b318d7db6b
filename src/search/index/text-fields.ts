import type { SchemaPropertyDto } from '../../schema/dto/schema.dto.js';
import type { PropertyType } from '../../schema/enums.js';

/** Properties whose words count as much. */
export interface WeightedFields {
  /** Added to the score of an item for each phrase that one of them has. */
  readonly weight: number;
  /** In lower case. */
  readonly names: readonly string[];
}

/** A schema as an index reads it; names are in lower case. */
export interface TextFields {
  /** In which free text is looked for, besides the content. */
  readonly searchable: readonly string[];
  /** The searchable ones that weigh more than the content, the heaviest first. */
  readonly weighted: readonly WeightedFields[];
  readonly types: ReadonlyMap<string, PropertyType>;
}

const TITLE = 8;
const HINTS: Readonly<Record<string, number>> = { veryHigh: 6, high: 4, medium: 2, low: 1 };

const weightOf = ({ labels, rankingHint }: SchemaPropertyDto): number =>
  labels?.includes('title') === true ? TITLE : (HINTS[rankingHint?.importanceScore ?? ''] ?? 0);

/** The title label and `rankingHint` weigh more (docs/contract/api.md#1.5). */
export function textFields(schema: readonly SchemaPropertyDto[]): TextFields {
  const searchable = schema.filter(({ isSearchable }) => isSearchable === true);
  const weights = new Map<number, string[]>();
  for (const property of searchable) {
    const weight = weightOf(property);
    if (weight === 0) continue;
    const names = weights.get(weight) ?? [];
    names.push(property.name.toLowerCase());
    weights.set(weight, names);
  }
  return {
    searchable: searchable.map(({ name }) => name.toLowerCase()),
    weighted: [...weights].toSorted(([a], [b]) => b - a).map(([weight, names]) => ({ weight, names })),
    types: new Map(schema.map(({ name, type }) => [name.toLowerCase(), type])),
  };
}
