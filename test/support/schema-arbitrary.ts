import fc from 'fast-check';
import { LABEL, PROPERTY_TYPE } from '../../src/schema/enums.js';

/** A property with nothing left out, as beta reads it. */
export interface WholeProperty {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly aliases: readonly string[];
  readonly labels: readonly string[];
  readonly isSearchable: boolean;
  readonly isQueryable: boolean;
  readonly isRetrievable: boolean;
  readonly isRefinable: boolean;
  readonly isExactMatchRequired: boolean;
  readonly rankingHint?: { readonly importanceScore: string };
}

export const TYPES = [...PROPERTY_TYPE.members, ...PROPERTY_TYPE.evolved!];
const LABELS = [...LABEL.members, ...LABEL.evolved!];
const STRING_LABELS = ['title', 'url', 'iconUrl'];
const TIME_LABELS = ['createdDateTime', 'lastModifiedDateTime'];

export const isTextual = (type: string): boolean => type === 'string' || type === 'stringCollection';
/** Principals as well (docs/contract/field.md#2.2). */
export const isSearchableType = (type: string): boolean => isTextual(type) || type.startsWith('principal');
const fits = (label: string, type: string): boolean =>
  STRING_LABELS.includes(label) ? type === 'string' : !TIME_LABELS.includes(label) || type === 'dateTime';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
const name = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 32 });
const description = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .filter((text) => !text.includes('\0') && text.isWellFormed() && text.length <= 200);

const wishes = fc.record({
  type: fc.constantFrom(...TYPES),
  description: fc.option(description, { nil: undefined }),
  use: fc.constantFrom('none', 'search', 'refine', 'exact'),
  isQueryable: fc.boolean(),
  isRetrievable: fc.boolean(),
  score: fc.option(fc.constantFrom('low', 'medium', 'high', 'veryHigh'), { nil: undefined }),
  aliases: fc.nat(2),
  labels: fc.nat(1),
});

/** Only what the contract allows (docs/contract/api.md#1.5), of 1 to `most` properties. */
export const validProperties = (most: number): fc.Arbitrary<WholeProperty[]> =>
  fc
    .record({
      names: fc.uniqueArray(name, {
        minLength: 3,
        maxLength: most * 3,
        selector: (text) => text.toLowerCase(),
      }),
      labels: fc.shuffledSubarray(LABELS),
      wished: fc.array(wishes, { minLength: 1, maxLength: most }),
    })
    .map(({ names, labels, wished }) => {
      const [free, unused] = [[...names], [...labels]];
      const properties: WholeProperty[] = [];
      for (const { type, use, score, ...wish } of wished) {
        if (free.length === 0) break;
        const [own] = free.splice(0, 1) as [string];
        const given = unused.filter((label) => fits(label, type)).slice(0, wish.labels);
        for (const label of given) unused.splice(unused.indexOf(label), 1);
        const isSearchable = use === 'search' && isSearchableType(type);
        properties.push({
          name: own,
          type,
          ...(wish.description === undefined ? {} : { description: wish.description }),
          aliases: free.splice(0, wish.aliases),
          labels: given,
          isSearchable,
          isQueryable: wish.isQueryable,
          isRetrievable: wish.isRetrievable || given.length > 0,
          isRefinable: use === 'refine' && type !== 'boolean',
          isExactMatchRequired: use === 'exact' && isTextual(type),
          ...(score === undefined || !isSearchable || !isTextual(type) || given.length > 0
            ? {}
            : { rankingHint: { importanceScore: score } }),
        });
      }
      return properties;
    });
