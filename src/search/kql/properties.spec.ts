import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hostileQueries,
  kqlItems,
  kqlQueries,
  kqlSchemas,
  NOW,
} from '../../../test/support/kql-arbitrary.js';
import { type EvaluatedItem, matches } from '../../../test/support/kql-evaluator.js';
import type { WholeProperty } from '../../../test/support/schema-arbitrary.js';
import type { SchemaPropertyDto } from '../../schema/dto/schema.dto.js';
import { bind } from './bind.js';
import type { Condition } from './condition.js';
import { freeText } from './free-text.js';
import { KqlSchema } from './kql-schema.js';
import { type Parsed, parse } from './parser.js';
import { phrasesOf, termsOf } from './phrases.js';
import { print } from './print.js';
import { warningText } from './warnings.js';

interface World {
  readonly properties: readonly SchemaPropertyDto[];
  readonly schema: KqlSchema;
  readonly items: readonly EvaluatedItem[];
  readonly queries: readonly string[];
}

/** A schema, with some items and queries of it. */
const worlds = (queries: number): fc.Arbitrary<World> =>
  kqlSchemas().chain((whole: readonly WholeProperty[]) => {
    const properties = whole as unknown as readonly SchemaPropertyDto[];
    return fc.record({
      properties: fc.constant(properties),
      schema: fc.constant(new KqlSchema(properties)),
      items: fc.array(kqlItems(whole), { minLength: 1, maxLength: 8 }),
      queries: fc.array(kqlQueries(whole), { minLength: queries, maxLength: queries }),
    });
  });

const read = (text: string, { schema }: Pick<World, 'schema'>, closesPhrases = false): Parsed =>
  parse(text, { isProperty: (name) => schema.find(name) !== undefined, closesPhrases });

function conditionOf(text: string, world: World): Condition {
  const { tree, fault } = read(text, world);
  if (tree === undefined) throw new Error(`${text} does not parse: ${fault.message} ${fault.position}`);
  return bind(tree, world.schema, { now: NOW }).condition;
}

function foundBy(text: string, world: World): boolean[] {
  const condition = conditionOf(text, world);
  return world.items.map((item) => matches(condition, item, world.properties));
}

const NO_PROPERTIES = { schema: new KqlSchema([]) };

describe('kql 7: properties', () => {
  it('(1) a printed tree parses to the same tree', () => {
    fc.assert(
      fc.property(worlds(1), (world) => {
        const { tree, fault } = read(world.queries[0]!, world);
        expect(fault).toBeUndefined();
        expect(read(print(tree!), world).tree).toEqual(tree);
      }),
      { numRuns: 2_000 },
    );
  });

  it('(1) a printed tree of any text that parses is the same tree', () => {
    fc.assert(
      fc.property(hostileQueries, (text) => {
        const { tree } = read(text, NO_PROPERTIES, true);
        if (tree !== undefined) expect(read(print(tree), NO_PROPERTIES).tree).toEqual(tree);
      }),
      { numRuns: 5_000 },
    );
  });

  it('(2) parentheses around a query, blanks at blank places and the case of words change nothing', () => {
    fc.assert(
      fc.property(worlds(2), fc.constantFrom(' ', '  ', '\t', '\r\n', ' \n '), (world, blank) => {
        const [one, other] = world.queries as [string, string];
        const { tree } = read(one, world);
        for (const same of [`(${one})`, `(( ${one} ) )`, `${blank}${one}${blank}`])
          expect(read(same, world).tree, same).toEqual(tree);
        expect(read(one.replace(/ (?=(?:[^"]*"[^"]*")*[^"]*$)/g, blank), world).tree).toEqual(tree);
        for (const operator of ['AND', 'OR'])
          expect(read(`(${one}) ${operator} (${other})`, world).tree).toEqual(
            read(`((${one}) ${operator} ((${other})))`, world).tree,
          );
        const lower = one.replace(/\b(?:AND|OR|NOT|O?NEAR|ALL|ANY|NONE)\b|[A-Z]/g, (found) =>
          found.length > 1 ? found : found.toLowerCase(),
        );
        expect(conditionOf(lower, world)).toEqual(conditionOf(one, world));
      }),
      { numRuns: 2_000 },
    );
  });

  it('(3) AND and OR have no order, De Morgan holds, and two negations are none', () => {
    let [found, all] = [0, 0];
    fc.assert(
      fc.property(worlds(2), (world) => {
        const [a, b] = world.queries as [string, string];
        const same = (left: string, right: string): void =>
          expect(foundBy(left, world), `${left} | ${right}`).toEqual(foundBy(right, world));
        same(`(${a}) AND (${b})`, `(${b}) AND (${a})`);
        same(`(${a}) OR (${b})`, `(${b}) OR (${a})`);
        same(`NOT ((${a}) AND (${b}))`, `NOT (${a}) OR NOT (${b})`);
        same(`NOT ((${a}) OR (${b}))`, `NOT (${a}) AND NOT (${b})`);
        same(`NOT NOT (${a})`, a);
        const results = foundBy(a, world);
        found += results.filter(Boolean).length;
        all += results.length;
      }),
      { numRuns: 2_000 },
    );
    // Queries that find all or nothing would show nothing.
    expect(Math.min(found, all - found)).toBeGreaterThan(all / 10);
  });

  it('(3) a simplified condition finds what its operands find', () => {
    fc.assert(
      fc.property(worlds(2), (world) => {
        const [a, b] = world.queries as [string, string];
        const [ofA, ofB] = [foundBy(a, world), foundBy(b, world)];
        // A query without a word finds nothing alone, and changes nothing beside another.
        const hasWords = (query: string): boolean =>
          [query, `NOT (${query})`].some((one) => conditionOf(one, world).kind !== 'none');
        if (!hasWords(a) || !hasWords(b)) return;
        expect(foundBy(`(${a}) AND (${b})`, world)).toEqual(ofA.map((isFound, at) => isFound && ofB[at]!));
        expect(foundBy(`(${a}) OR (${b})`, world)).toEqual(ofA.map((isFound, at) => isFound || ofB[at]!));
        expect(foundBy(`NOT (${a})`, world)).toEqual(ofA.map((isFound) => !isFound));
      }),
      { numRuns: 2_000 },
    );
  });

  it('(5) any text is a tree or a fault inside of it, and free text in any case', () => {
    fc.assert(
      fc.property(worlds(0), hostileQueries, ({ schema }, text) => {
        for (const closesPhrases of [true, false]) {
          const { tree, fault } = read(text, { schema }, closesPhrases);
          if (fault !== undefined) {
            expect(fault.position).toBeGreaterThanOrEqual(0);
            expect(fault.position).toBeLessThanOrEqual(text.length);
          }
          for (const node of [tree ?? freeText(text), freeText(text)]) {
            const { condition, warnings } = bind(node, schema, { now: NOW });
            expect(matches(condition, { properties: {} }, [])).toBeTypeOf('boolean');
            for (const warning of warnings) expect(warningText(warning)).toMatch(/\.$/);
            for (const phrase of phrasesOf(condition)) expect(phrase.words.length).toBeGreaterThan(0);
            expect(termsOf(node)).toBeInstanceOf(Array);
          }
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    '(',
    '"',
    '-',
    '+',
    'a ',
    'a*',
    '(a ',
    'NOT ',
    'a NEAR ',
    'a:',
    'a:(',
    'a..',
    '"" ',
    '- ',
    '\t',
    'WORDS(',
    'a:"',
    'a>',
    'é',
    '漢',
  ])('(5) 4,096 characters of %j are a tree or a fault', (piece) => {
    const text = piece.repeat(4_096).slice(0, 4_096);
    for (const query of [text, `x${text.slice(1)}`]) {
      const { tree } = read(query, NO_PROPERTIES, true);
      bind(tree ?? freeText(query), NO_PROPERTIES.schema, { now: NOW });
    }
  });
});
