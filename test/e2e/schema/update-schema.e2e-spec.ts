import { describe, expect, it } from 'vitest';
import { assertGraphError } from '../../support/errors.js';
import {
  draftConnection,
  operations,
  property,
  readSchema,
  register,
  validSchema,
} from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

type Json = Record<string, unknown>;

const TITLE = { name: 'title', type: 'string', isSearchable: true, isRetrievable: true };
const STATUS = { name: 'status', type: 'string', isRefinable: true, isRetrievable: true };
const COUNT = { name: 'count', type: 'int64' };
const BEFORE = [TITLE, STATUS, COUNT];

const ALLOWED: [what: string, after: Json[]][] = [
  ['nothing new', BEFORE],
  ['the same in another order', BEFORE.toReversed()],
  ['a property more', [...BEFORE, property({ name: 'more' })]],
  [
    'a property more with every attribute',
    [
      ...BEFORE,
      property({ name: 'more', isRefinable: true, isQueryable: true, labels: ['url'], aliases: ['link'] }),
    ],
  ],
  ['searchable and queryable', [TITLE, STATUS, COUNT, { ...TITLE, name: 'other', isQueryable: true }]],
  ['retrievable', [TITLE, STATUS, { ...COUNT, isRetrievable: true }]],
  ['queryable', [TITLE, STATUS, { ...COUNT, isQueryable: true }]],
  ['not searchable any more', [{ ...TITLE, isSearchable: false }, STATUS, COUNT]],
  ['not refinable any more', [TITLE, { ...STATUS, isRefinable: false }, COUNT]],
  ['an alias', [{ ...TITLE, aliases: ['subject'] }, STATUS, COUNT]],
  ['a label', [{ ...TITLE, labels: ['title'] }, STATUS, COUNT]],
  ['a description', [{ ...TITLE, description: 'What it is about' }, STATUS, COUNT]],
];

const REFUSED: [what: string, after: Json[], name: string, why: string, target: string][] = [
  ['a property is removed', [TITLE, STATUS], 'count', 'cannot be removed from the schema', 'properties'],
  [
    'a property is replaced by another',
    [TITLE, STATUS, { ...COUNT, name: 'counter' }],
    'count',
    'cannot be removed from the schema',
    'properties',
  ],
  [
    'a property becomes an alias',
    [{ ...TITLE, aliases: ['count'] }, STATUS],
    'count',
    'cannot be removed from the schema',
    'properties',
  ],
  [
    'a type changes',
    [TITLE, STATUS, { ...COUNT, type: 'double' }],
    'count',
    'cannot change its type from int64 to double',
    'properties[2].type',
  ],
  [
    'a type becomes its collection',
    [TITLE, STATUS, { ...COUNT, type: 'int64Collection' }],
    'count',
    'cannot change its type from int64 to int64Collection',
    'properties[2].type',
  ],
  [
    'a property becomes refinable',
    [TITLE, STATUS, { ...COUNT, isRefinable: true }],
    'count',
    'cannot become refinable',
    'properties[2].isRefinable',
  ],
  [
    'a searchable property becomes refinable instead',
    [{ ...TITLE, isSearchable: false, isRefinable: true }, STATUS, COUNT],
    'title',
    'cannot become refinable',
    'properties[0].isRefinable',
  ],
  [
    'a refinable property becomes searchable instead',
    [TITLE, { ...STATUS, isRefinable: false, isSearchable: true }, COUNT],
    'status',
    'is refinable and cannot become searchable',
    'properties[1].isSearchable',
  ],
  [
    'a name changes its case',
    [{ ...TITLE, name: 'Title' }, STATUS, COUNT],
    'title',
    "cannot be renamed to 'Title'",
    'properties[0].name',
  ],
];

describe('updating a schema', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });

  const registered = async (...properties: Json[]): Promise<string> => {
    const id = await draftConnection(server);
    const answer = await register(server, id, validSchema(...properties));
    expect(answer.status, answer.text).toBe(202);
    return id;
  };
  const properties = async (id: string): Promise<Json[]> => (await readSchema(server, id)).body.properties;

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it.each(ALLOWED)('may bring %s', async (_what, after) => {
      const id = await registered(...BEFORE);
      const answer = await register(server, id, validSchema(...after), { version });
      expect(answer.status, answer.text).toBe(202);
      expect(await properties(id)).toEqual(after.map((one) => expect.objectContaining(one)));
      expect((await operations(server, id)).body.value).toHaveLength(2);
    });

    it.each(REFUSED)(
      'is refused where %s: 400 UpdateNotAllowed, and the schema stays',
      async (_what, after, name, why, target) => {
        const id = await registered(...BEFORE);
        const before = await properties(id);
        const answer = await register(server, id, validSchema(...after), { version });
        const message = `Property '${name}' cannot be updated: it ${why}. Only a new connection can have it otherwise.`;
        assertGraphError(answer, {
          status: 400,
          code: 'InvalidRequest',
          inner: { code: 'UpdateNotAllowed', message },
        });
        expect(answer.body.error.details).toEqual([{ code: 'UpdateNotAllowed', message, target }]);
        expect(await properties(id)).toEqual(before);
        expect((await operations(server, id)).body.value).toHaveLength(1);
      },
    );

    it('takes aliases, labels and descriptions away', async () => {
      const id = await registered({ ...TITLE, aliases: ['a'], labels: ['title'], description: 'x' });
      expect((await register(server, id, validSchema(TITLE), { version })).status).toBe(202);
      const [title] = await properties(id);
      expect(title).toMatchObject({ aliases: [], labels: [] });
      expect(title).not.toHaveProperty('description');
    });

    it('keeps to the rules of a schema', async () => {
      const id = await registered(...BEFORE);
      const after = validSchema({ ...TITLE, isRefinable: true }, STATUS, COUNT);
      assertGraphError(await register(server, id, after, { version }), {
        status: 400,
        code: 'InvalidRequest',
        inner: { code: 'RefinerShouldNotBeSearchable' },
      });
    });

    it('lists every property that may not change so', async () => {
      const id = await registered(...BEFORE);
      const after = [
        { ...TITLE, type: 'stringCollection' },
        { ...COUNT, isRefinable: true },
      ];
      const { details } = (await register(server, id, validSchema(...after), { version })).body.error;
      expect((details as Json[]).map(({ target }) => target)).toEqual([
        'properties[0].type',
        'properties',
        'properties[1].isRefinable',
      ]);
    });

    it('grows to 128 properties and no further', async () => {
      const some = (count: number): Json =>
        validSchema(...Array.from({ length: count }, (_, index) => property({ name: `p${index}` })));
      const id = await registered(...(some(127).properties as Json[]));
      expect((await register(server, id, some(128), { version })).status).toBe(202);
      assertGraphError(await register(server, id, some(129), { version }), {
        status: 400,
        code: 'InvalidRequest',
        inner: { code: 'InvalidPropertyCount' },
      });
    });
  });

  describe('in v1.0, which does not answer isExactMatchRequired and rankingHint', () => {
    const EXACT = { name: 'code', type: 'string', isExactMatchRequired: true };
    const HINTED = { ...TITLE, rankingHint: { importanceScore: 'veryHigh' } };
    const without = { isExactMatchRequired: undefined, rankingHint: undefined };

    it('field 2.1: takes them, keeps them, and leaves them out of its answers', async () => {
      const id = await draftConnection(server);
      expect((await register(server, id, validSchema(EXACT, HINTED), { version: 'v1.0' })).status).toBe(202);
      expect(await properties(id)).toEqual([expect.objectContaining(EXACT), expect.objectContaining(HINTED)]);
      for (const shown of (await readSchema(server, id, { version: 'v1.0' })).body.properties) {
        expect(shown).not.toHaveProperty('isExactMatchRequired');
        expect(shown).not.toHaveProperty('rankingHint');
      }
    });

    it('field 2.1: changes those that the body names, and no other', async () => {
      const id = await registered(EXACT, HINTED);
      const after = validSchema(
        { ...EXACT, isExactMatchRequired: false },
        { ...HINTED, rankingHint: { importanceScore: 'low' } },
      );
      expect((await register(server, id, after, { version: 'v1.0' })).status).toBe(202);
      expect(await properties(id)).toEqual([
        expect.objectContaining({ isExactMatchRequired: false }),
        expect.objectContaining({ rankingHint: { importanceScore: 'low' } }),
      ]);
      const unset = validSchema({ ...EXACT, ...without }, { ...HINTED, rankingHint: null });
      expect((await register(server, id, unset, { version: 'v1.0' })).status).toBe(202);
      expect((await properties(id))[1]).not.toHaveProperty('rankingHint');
    });

    it('leaves them as they are where the body does not name them', async () => {
      const id = await registered(EXACT, HINTED);
      const after = validSchema({ ...EXACT, ...without, isQueryable: true }, { ...HINTED, ...without });
      expect((await register(server, id, after, { version: 'v1.0' })).status).toBe(202);
      expect(await properties(id)).toEqual([
        expect.objectContaining({ ...EXACT, isQueryable: true }),
        expect.objectContaining(HINTED),
      ]);
    });

    it('keeps to their rules all the same', async () => {
      const id = await registered(EXACT);
      const after = validSchema({ ...EXACT, ...without, isSearchable: true });
      assertGraphError(await register(server, id, after, { version: 'v1.0' }), {
        status: 400,
        code: 'InvalidRequest',
        inner: { code: 'ExactMatchShouldNotBeSearchable' },
      });
    });

    it('takes away in beta what is left out', async () => {
      const id = await registered(EXACT, HINTED);
      const after = validSchema({ ...EXACT, ...without }, { ...HINTED, ...without });
      expect((await register(server, id, after)).status).toBe(202);
      const [code, title] = await properties(id);
      expect(code).toMatchObject({ isExactMatchRequired: false });
      expect(title).not.toHaveProperty('rankingHint');
    });
  });

  it('takes back what was read as it is', async () => {
    const id = await registered(
      { ...TITLE, rankingHint: { importanceScore: 'low' } },
      { ...STATUS, labels: ['severity'], aliases: ['state'] },
    );
    for (const version of ['beta', 'v1.0']) {
      const headers = { prefer: 'include-unknown-enum-members' };
      const { body } = await readSchema(server, id, { headers, version });
      const answer = await register(server, id, body, { version });
      expect(answer.status, answer.text).toBe(202);
      expect((await readSchema(server, id, { headers, version })).body).toEqual(body);
    }
  });

  it('leaves the schema of another connection as it is', async () => {
    const [one, other] = [await registered(...BEFORE), await registered(...BEFORE)];
    await register(server, one, validSchema(...BEFORE, property({ name: 'more' })));
    expect(await properties(one)).toHaveLength(4);
    expect(await properties(other)).toHaveLength(3);
  });
});
