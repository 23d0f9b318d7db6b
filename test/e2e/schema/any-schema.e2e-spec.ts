import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../../support/callers.js';
import { read } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import type { Call } from '../../support/http.js';
import {
  isSearchableType,
  isTextual,
  TYPES,
  validProperties,
  type WholeProperty,
} from '../../support/schema-arbitrary.js';
import { draftConnection, operations, readSchema, register, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

type Json = Record<string, unknown>;

const body = (properties: readonly object[]): Json => validSchema(...(properties as Json[]));
const another = (type: string): string => (type === 'double' ? 'int64' : 'double');

/** A way to break one property: what is put in its place, the code that says so, the place below it. */
type Break = (property: WholeProperty) => [broken: Json, code: string, place: string];

const BREAKS: readonly Break[] = [
  (property) => [{ ...property, name: `${property.name.slice(0, 20)}-x` }, 'InvalidPropertyName', 'name'],
  (property) => [{ ...property, name: 'x'.repeat(33) }, 'InvalidPropertyName', 'name'],
  (property) => [
    { ...property, aliases: [...property.aliases, 'an alias'] },
    'InvalidPropertyName',
    `aliases[${property.aliases.length}]`,
  ],
  (property) => [
    { ...property, aliases: [...property.aliases, property.name.toUpperCase()] },
    'DuplicatePropertyName',
    `aliases[${property.aliases.length}]`,
  ],
  (property) => [{ ...property, type: 'Collection(String)' }, 'DeserializationError', 'type'],
  (property) => [{ ...property, name: undefined }, 'RequiredPropertyMissing', 'name'],
  (property) => [{ ...property, isQueryable: 'perhaps' }, 'PropertyTypeMismatch', 'isQueryable'],
  (property) => [{ ...property, colour: 1 }, 'PropertyNotFound', 'colour'],
  (property) => [{ ...property, description: 'x'.repeat(201) }, 'PropertyTooLong', 'description'],
  (property) => [
    { ...property, isSearchable: true, isRefinable: true, type: 'string', isExactMatchRequired: false },
    'RefinerShouldNotBeSearchable',
    'isRefinable',
  ],
  (property) => [
    { ...property, isSearchable: true, type: 'int64', isExactMatchRequired: false, isRefinable: false },
    'SearchablePropertyShouldNotBeOfType',
    'isSearchable',
  ],
  (property) => [
    { ...property, isRefinable: true, isSearchable: false, type: 'boolean', isExactMatchRequired: false },
    'RefinerShouldNotBeOfType',
    'isRefinable',
  ],
  (property) => [
    { ...property, labels: ['authors', 'authors'], isRetrievable: true },
    'DuplicateLabel',
    'labels[1]',
  ],
  (property) => [
    { ...property, labels: ['sprintName'], isRetrievable: false },
    'LabelledPropertyShouldBeRetrievable',
    'isRetrievable',
  ],
];

describe('any schema', { timeout: 120_000 }, () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  /** One token for all: signing one takes longer than the request. */
  let call: Call;
  let everything: Call;
  beforeAll(async () => {
    call = { as: await tokenOf(server) };
    everything = { ...call, headers: { prefer: 'include-unknown-enum-members' } };
  });

  const stored = async (id: string): Promise<Json[]> =>
    (await readSchema(server, id, everything)).body.properties;

  it('is read exactly as it was sent if the contract allows it', async () => {
    await fc.assert(
      fc.asyncProperty(validProperties(128), async (properties) => {
        const id = await draftConnection(server, call);
        const answer = await register(server, id, body(properties), call);
        expect(answer.status, answer.text).toBe(202);
        expect(await stored(id)).toEqual(properties);
      }),
      { numRuns: 40 },
    );
  });

  it('is refused with the place of its fault if it is broken at one place, and changes nothing', async () => {
    const id = await draftConnection(server, call);
    await fc.assert(
      fc.asyncProperty(
        validProperties(12),
        fc.nat(),
        fc.constantFrom(...BREAKS),
        async (properties, at, spoil) => {
          const index = at % properties.length;
          const [broken, code, place] = spoil(properties[index]!);
          const answer = await register(
            server,
            id,
            {
              // A second fault, so that details tell the places.
              baseType: 'other',
              properties: properties.with(index, broken as never),
            },
            call,
          );
          expect(answer.status, answer.text).toBe(400);
          expect(answer.body.error.details, answer.text).toContainEqual({
            code,
            message: expect.any(String),
            target: `properties[${index}].${place}`,
          });
          expect((await readSchema(server, id, call)).status).toBe(404);
        },
      ),
      { numRuns: 120 },
    );
    expect((await operations(server, id, call)).body.value).toEqual([]);
    expect((await read(server, id, call)).body.state).toBe('draft');
  });

  /** One step of a connector's developer: what becomes of the properties. */
  type Change = (properties: readonly WholeProperty[], at: number) => WholeProperty[];
  const changing =
    (change: (property: WholeProperty) => Partial<WholeProperty>): Change =>
    (properties, at) =>
      properties.map((property, index) =>
        index === at % properties.length ? { ...property, ...change(property) } : property,
      );
  const CHANGES: Record<string, Change> = {
    adds: (properties) => [
      ...properties,
      {
        name: `added${properties.length}`,
        type: TYPES[properties.length % TYPES.length]!,
        aliases: [],
        labels: [],
        isSearchable: false,
        isQueryable: true,
        isRetrievable: true,
        isRefinable: false,
        isExactMatchRequired: false,
      },
    ],
    removes: (properties, at) => properties.filter((_, index) => index !== at % properties.length),
    reorders: (properties) => properties.toReversed(),
    retypes: changing(({ type }) => ({ type: another(type), labels: [], rankingHint: undefined })),
    renames: changing(({ name }) => ({
      name: name === name.toUpperCase() ? `${name}x` : name.toUpperCase(),
    })),
    queries: changing(({ isQueryable }) => ({ isQueryable: !isQueryable })),
    searches: changing(({ isSearchable }) => ({ isSearchable: !isSearchable, rankingHint: undefined })),
    refines: changing(({ isRefinable }) => ({ isRefinable: !isRefinable })),
    aliases: changing(({ aliases }) => ({ aliases: aliases.slice(1) })),
    unlabels: changing(() => ({ labels: [], rankingHint: undefined })),
  };

  /** What a schema may be by itself, of the flags that the changes touch. */
  const isSound = ({ type, ...flags }: WholeProperty): boolean =>
    !(flags.isSearchable && (flags.isRefinable || flags.isExactMatchRequired || !isSearchableType(type))) &&
    !(flags.isRefinable && type === 'boolean') &&
    !(flags.isExactMatchRequired && !isTextual(type));

  /** What may change: the model that the server is compared with. */
  const isAllowed = (before: readonly WholeProperty[], after: readonly WholeProperty[]): boolean =>
    after.length > 0 &&
    after.every(isSound) &&
    new Set(after.flatMap(({ name, aliases }) => [name, ...aliases].map((text) => text.toLowerCase())))
      .size === after.flatMap(({ name, aliases }) => [name, ...aliases]).length &&
    before.every((old) => {
      const kept = after.find(({ name }) => name === old.name);
      return (
        kept !== undefined &&
        kept.type === old.type &&
        (old.isRefinable || !kept.isRefinable) &&
        !(old.isRefinable && !old.isSearchable && kept.isSearchable)
      );
    });

  it('changes as the model of "what may change" says, whatever is tried and in which order', async () => {
    const steps = fc.array(
      fc.array(fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), fc.nat(20)), {
        minLength: 1,
        maxLength: 2,
      }),
      { minLength: 2, maxLength: 8 },
    );
    const seen = { taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(validProperties(5), steps, async (first, tried) => {
        const id = await draftConnection(server, call);
        expect((await register(server, id, body(first), call)).status).toBe(202);
        let model = first;
        let count = 1;
        for (const step of tried) {
          let after = model;
          for (const [name, at] of step) if (after.length > 0) after = CHANGES[name]!(after, at);
          const allowed = isAllowed(model, after);
          const answer = await register(server, id, body(after.length === 0 ? [{}] : after), call);
          expect(answer.status, `${JSON.stringify(step)} ${answer.text}`).toBe(allowed ? 202 : 400);
          if (!allowed) assertGraphError(answer, { status: 400, code: 'InvalidRequest' });
          if (allowed) [model, count] = [after, count + 1];
          seen[allowed ? 'taken' : 'refused']++;
          expect(await stored(id)).toEqual(JSON.parse(JSON.stringify(model)));
        }
        expect((await operations(server, id, call)).body.value).toHaveLength(count);
      }),
      { numRuns: 25 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(20);
  });
});
