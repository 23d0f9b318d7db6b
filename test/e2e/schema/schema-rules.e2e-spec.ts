import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const TYPES = [
  'string',
  'int64',
  'double',
  'dateTime',
  'boolean',
  'stringCollection',
  'int64Collection',
  'doubleCollection',
  'dateTimeCollection',
  'principal',
  'principalCollection',
];
const TEXTUAL = ['string', 'stringCollection'];
const SEARCHABLE = [...TEXTUAL, 'principal', 'principalCollection'];
const shown = (type: string): string => type[0]!.toUpperCase() + type.slice(1);
const others = (...types: string[]): string[] => TYPES.filter((type) => !types.includes(type));

/** What is refused: the schema, the inner code, the inner message (docs/contract/errors.md#s2 to #s11), the place. */
type Refusal = [what: string, body: Json, code: string, message: string, target: string];

const of = (overrides: Json): Json => validSchema(property(overrides));
const names = (...properties: Json[]): Json => validSchema(...properties.map((one) => property(one)));

const IN_BOTH: Refusal[] = [
  [
    'a refinable property of type boolean',
    of({ type: 'boolean', isRefinable: true }),
    'RefinerShouldNotBeOfType',
    "Refiner property 'title' cannot be of type 'Boolean'.",
    'properties[0].isRefinable',
  ],
  [
    'searchable and refinable together',
    of({ isSearchable: true, isRefinable: true }),
    'RefinerShouldNotBeSearchable',
    "Refiner property 'title' cannot be searchable.",
    'properties[0].isRefinable',
  ],
  ...others(...SEARCHABLE).map((type): Refusal => [
    `a searchable property of type ${type}`,
    of({ type, isSearchable: true }),
    'SearchablePropertyShouldNotBeOfType',
    `Searchable property 'title' cannot be of type '${shown(type)}'.`,
    'properties[0].isSearchable',
  ]),
  ...([false, null, undefined] as const).map((isRetrievable): Refusal => [
    `a labelled property whose isRetrievable is ${isRetrievable}`,
    of({ labels: ['title'], isRetrievable }),
    'LabelledPropertyShouldBeRetrievable',
    "Labelled property 'title' must be retrievable.",
    'properties[0].isRetrievable',
  ]),
  [
    'field 2.7: two labels on a property',
    of({ labels: ['title', 'url'] }),
    'MaxSupportedLabelsCountExceeded',
    "Property 'title' has 2 labels (title, url); it may have 1 at most.",
    'properties[0].labels',
  ],
  [
    'field 2.7: three labels on the second property, under another name of one',
    names({}, { name: 'who', type: 'stringCollection', labels: ['authors', 'assignedTo', 'personSkills'] }),
    'MaxSupportedLabelsCountExceeded',
    "Property 'who' has 3 labels (authors, assignedToPeople, personSkills); it may have 1 at most.",
    'properties[1].labels',
  ],
  [
    'a label on two properties',
    names({ labels: ['title'] }, { name: 'subject', labels: ['title'] }),
    'DuplicateLabel',
    "Label 'title' is assigned to more than one property.",
    'properties[1].labels[0]',
  ],
  [
    'a label twice on one property',
    of({ labels: ['title', 'Title'] }),
    'DuplicateLabel',
    "Label 'title' is assigned to more than one property.",
    'properties[0].labels[1]',
  ],
  [
    'a label under both of its names',
    names({ labels: ['assignedToPeople'] }, { name: 'b', labels: ['assignedTo'] }),
    'DuplicateLabel',
    "Label 'assignedToPeople' is assigned to more than one property.",
    'properties[1].labels[0]',
  ],
  ...(
    [
      ['title', 'string'],
      ['url', 'string'],
      ['iconUrl', 'string'],
      ['createdDateTime', 'dateTime'],
      ['lastModifiedDateTime', 'dateTime'],
    ] as const
  ).flatMap(([label, type]) =>
    others(type).map((wrong): Refusal => [
      `label ${label} on a property of type ${wrong}`,
      of({ type: wrong, labels: [label] }),
      'LabelShouldNotBeOfType',
      `Label '${label}' cannot be assigned to a property of type '${shown(wrong)}'.`,
      'properties[0].labels[0]',
    ]),
  ),
  ...[
    'x'.repeat(33),
    'ticket_title',
    'ticket-title',
    'ticket title',
    'ticket.title',
    'tïtle',
    'ти',
    'a\n',
    ...': ; , ( ) [ ] { } % $ + ! * = & ? @ # \\ ~ \' " < > ` ^'.split(' ').map((sign) => `a${sign}b`),
  ].flatMap((name): Refusal[] => [
    [
      `property name ${JSON.stringify(name)}`,
      of({ name }),
      'InvalidPropertyName',
      `Property name '${name}' must contain 1 to 32 alphanumeric characters.`,
      'properties[0].name',
    ],
    [
      `alias ${JSON.stringify(name)}`,
      of({ aliases: ['good', name] }),
      'InvalidPropertyName',
      `Property name '${name}' must contain 1 to 32 alphanumeric characters.`,
      'properties[0].aliases[1]',
    ],
  ]),
  [
    'an empty alias',
    of({ aliases: [''] }),
    'InvalidPropertyName',
    "Property name '' must contain 1 to 32 alphanumeric characters.",
    'properties[0].aliases[0]',
  ],
  [
    'a name twice, in any case',
    names({}, { name: 'TITLE' }),
    'DuplicatePropertyName',
    "Property name 'TITLE' is used more than once.",
    'properties[1].name',
  ],
  [
    'an alias that is the name of another property',
    names({}, { name: 'subject', aliases: ['Title'] }),
    'DuplicatePropertyName',
    "Property name 'Title' is used more than once.",
    'properties[1].aliases[0]',
  ],
  [
    'a name that is the alias of a property before it',
    names({ aliases: ['subject'] }, { name: 'subject' }),
    'DuplicatePropertyName',
    "Property name 'subject' is used more than once.",
    'properties[1].name',
  ],
  [
    'an alias twice',
    names({ aliases: ['subject', 'subject'] }),
    'DuplicatePropertyName',
    "Property name 'subject' is used more than once.",
    'properties[0].aliases[1]',
  ],
  [
    'no properties',
    { ...validSchema(), properties: [] },
    'InvalidPropertyCount',
    'A schema must have between 1 and 128 properties.',
    'properties',
  ],
  ...['microsoft.graph.externalConnectors.externalItem', 'microsoft.graph.ExternalItem', 'x'].map(
    (baseType): Refusal => [
      `baseType ${baseType}`,
      { ...validSchema(), baseType },
      'InvalidBaseType',
      `Base type '${baseType}' is not supported; it must be 'microsoft.graph.externalItem'.`,
      'baseType',
    ],
  ),
  ...['baseType', 'properties'].flatMap((name) =>
    [undefined, null].map((value): Refusal => [
      `${name} ${value}`,
      { ...validSchema(), [name]: value },
      'RequiredPropertyMissing',
      `Property '${name}' is required.`,
      name,
    ]),
  ),
  ...['name', 'type'].flatMap((name) =>
    [undefined, null].map((value): Refusal => [
      `a property whose ${name} is ${value}`,
      of({ [name]: value }),
      'RequiredPropertyMissing',
      `Property 'properties[0].${name}' is required.`,
      `properties[0].${name}`,
    ]),
  ),
  [
    'a description of 201 characters',
    of({ description: 'x'.repeat(201) }),
    'PropertyTooLong',
    "Property 'properties[0].description' value cannot exceed 200 characters.",
    'properties[0].description',
  ],
  ...['Collection(String)', 'text', '', 'unknownFutureValue', 'constructor'].map((type): Refusal => [
    `type '${type}'`,
    of({ type }),
    'DeserializationError',
    `Requested value '${type}' was not found.`,
    'properties[0].type',
  ]),
  ...['subject', 'unknownFutureValue'].map((label): Refusal => [
    `label '${label}'`,
    of({ labels: [label] }),
    'DeserializationError',
    `Requested value '${label}' was not found.`,
    'properties[0].labels[0]',
  ]),
];

const OF_BETA: Refusal[] = [
  [
    'an exact match that is searchable',
    of({ isExactMatchRequired: true, isSearchable: true }),
    'ExactMatchShouldNotBeSearchable',
    "Exact match property 'title' cannot be searchable.",
    'properties[0].isExactMatchRequired',
  ],
  ...others(...TEXTUAL).map((type): Refusal => [
    `an exact match of type ${type}`,
    of({ type, isExactMatchRequired: true }),
    'ExactMatchShouldNotBeOfType',
    `Exact match property 'title' cannot be of type '${shown(type)}'.`,
    'properties[0].isExactMatchRequired',
  ]),
  ...['principal', 'principalCollection'].map((type): Refusal => [
    `a ranking hint on a searchable property of type ${type}`,
    of({ type, isSearchable: true, rankingHint: { importanceScore: 'low' } }),
    'RankingHintNotAllowed',
    `Property 'title' of type '${shown(type)}' cannot have a ranking hint: its type must be string or stringCollection.`,
    'properties[0].rankingHint',
  ]),
  ...[
    ['that is not searchable', { isSearchable: false }],
    ['that has a label', { isSearchable: true, labels: ['title'] }],
  ].map(([what, rest]): Refusal => [
    `a ranking hint on a property ${what as string}`,
    of({ rankingHint: { importanceScore: 'low' }, ...(rest as Json) }),
    'RankingHintNotAllowed',
    "Property 'title' cannot have a ranking hint: it must be searchable and have no labels.",
    'properties[0].rankingHint',
  ]),
  [
    'a ranking hint without its score',
    of({ isSearchable: true, rankingHint: {} }),
    'RequiredPropertyMissing',
    "Property 'properties[0].rankingHint.importanceScore' is required.",
    'properties[0].rankingHint.importanceScore',
  ],
  [
    'an importance that does not exist',
    of({ isSearchable: true, rankingHint: { importanceScore: 'huge' } }),
    'DeserializationError',
    "Requested value 'huge' was not found.",
    'properties[0].rankingHint.importanceScore',
  ],
];

const TAKEN: [what: string, overrides: Json][] = [
  ['no label', { labels: [] }],
  ['a name of 32 letters and digits', { name: `0${'aB3'.repeat(10)}9` }],
  ['an alias of 32 letters and digits', { aliases: ['x'.repeat(32), '1'] }],
  ['a description of 200 characters', { description: '✓'.repeat(200) }],
  ['an empty description', { description: '' }],
  ...others('boolean').map((type): [string, Json] => [
    `a refinable property of type ${type}`,
    { type, isRefinable: true },
  ]),
  ...SEARCHABLE.map((type): [string, Json] => [
    `field 2.2: a searchable property of type ${type}`,
    { type, isSearchable: true },
  ]),
  ...TYPES.map((type): [string, Json] => [
    `a queryable property of type ${type}`,
    { type, isQueryable: true },
  ]),
  ...TYPES.map((type): [string, Json] => [`label authors on type ${type}`, { type, labels: ['authors'] }]),
];

const TAKEN_OF_BETA: [what: string, overrides: Json][] = [
  ...TEXTUAL.map((type): [string, Json] => [
    `an exact match of type ${type}`,
    { type, isExactMatchRequired: true, isRefinable: true },
  ]),
  ...['low', 'medium', 'high', 'veryHigh'].map((importanceScore): [string, Json] => [
    `a ranking hint of ${importanceScore}`,
    { isSearchable: true, rankingHint: { importanceScore } },
  ]),
  ['no ranking hint', { rankingHint: null }],
];

describe('the rules of a schema', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let draft: string;
  beforeAll(async () => {
    draft = await draftConnection(server);
  });
  afterAll(async () => {
    // Of all that was refused here, nothing is left.
    expect((await readSchema(server, draft)).status).toBe(404);
    expect((await operations(server, draft)).body.value).toEqual([]);
  });

  const assertRefused = async (version: string, [, body, code, message, target]: Refusal): Promise<void> => {
    const answer = await register(server, draft, body, { version });
    assertGraphError(answer, { status: 400, code: 'InvalidRequest', inner: { code, message } });
    const places = (answer.body.error.details ?? [{ target }]) as { target: string }[];
    expect(places.map((detail) => detail.target)).toContain(target);
  };
  const assertTaken = async (version: string, overrides: Json): Promise<void> => {
    const id = await draftConnection(server);
    const answer = await register(server, id, of(overrides), { version });
    expect(answer.status, answer.text).toBe(202);
  };

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it.each(IN_BOTH)('refuses %s', (...refusal) => assertRefused(version, refusal));

    it.each(TAKEN)('takes %s', (_what, overrides) => assertTaken(version, overrides));

    it.each<[what: string, body: Json, place: string]>([
      ['properties that are no array', { ...validSchema(), properties: {} }, 'properties'],
      ['a property that is no object', { ...validSchema(), properties: ['title'] }, 'properties[0]'],
      ['a property that is null', { ...validSchema(), properties: [null] }, 'properties[0]'],
      ['a name that is a number', of({ name: 7 }), 'properties[0].name'],
      ['a type that is a number', of({ type: 7 }), 'properties[0].type'],
      ['a description that is a number', of({ description: 7 }), 'properties[0].description'],
      ['aliases that are a number', of({ aliases: 7 }), 'properties[0].aliases'],
      ['an alias that is null', of({ aliases: [null] }), 'properties[0].aliases[0]'],
      ['labels as one bare string', of({ labels: 'title' }), 'properties[0].labels'],
      ['a boolean that is a number', of({ isSearchable: 1 }), 'properties[0].isSearchable'],
      ['a boolean that is another word', of({ isSearchable: 'yes' }), 'properties[0].isSearchable'],
    ])('refuses %s with the gateway’s 400, which names the property', async (_what, body, place) => {
      assertGraphError(await register(server, draft, body, { version }), {
        status: 400,
        code: 'BadRequest',
        message: `Property ${place} in payload has a value that does not match schema.`,
        inner: { code: 'PropertyTypeMismatch' },
      });
    });

    it('field 2.5: reads aliases as a bare string as a list of one', async () => {
      const id = await draftConnection(server);
      expect((await register(server, id, of({ aliases: 'subject' }), { version })).status).toBe(202);
      expect((await readSchema(server, id, { version })).body.properties[0].aliases).toEqual(['subject']);
      for (const [body, code] of [
        [of({ aliases: 'a subject' }), 'InvalidPropertyName'],
        [of({ aliases: '' }), 'InvalidPropertyName'],
        [of({ aliases: 'x'.repeat(33) }), 'InvalidPropertyName'],
        [of({ aliases: 'TITLE' }), 'DuplicatePropertyName'],
      ] as const) {
        const answer = await register(server, draft, body, { version });
        assertGraphError(answer, { status: 400, code: 'InvalidRequest', inner: { code } });
        expect(answer.body.error.details[0].target).toBe('properties[0].aliases[0]');
      }
      // What is no string is no alias.
      for (const aliases of [7, true, { 0: 'x' }])
        expect((await register(server, draft, of({ aliases }), { version })).body.error.code).toBe(
          'BadRequest',
        );
    });

    it('refuses a property that the type does not have, and names both', async () => {
      for (const [body, name, type] of [
        [of({ isSortable: true }), 'isSortable', 'property'],
        [{ ...validSchema(), name: 'x' }, 'name', 'schema'],
      ] as const)
        assertGraphError(await register(server, draft, body, { version }), {
          status: 400,
          code: 'BadRequest',
          message:
            `The property '${name}' does not exist on type 'microsoft.graph.externalConnectors.${type}'. ` +
            'Make sure to only use property names that are defined by the type.',
        });
    });

    it('lists everything that is wrong, each with its place', async () => {
      const body = {
        baseType: 'x',
        properties: [
          property({ name: 'a-b', isSearchable: true, isRefinable: true, type: 'int64' }),
          property({ name: 'same', labels: ['title'], isRetrievable: false }),
          property({ name: 'Same', labels: ['title'], type: 'dateTime', aliases: ['c d'] }),
        ],
      };
      const { details } = (await register(server, draft, body, { version })).body.error;
      const found = (details as { code: string; target: string }[]).map(
        ({ code, target }) => `${target} ${code}`,
      );
      expect(found.toSorted()).toEqual([
        'baseType InvalidBaseType',
        'properties[0].isRefinable RefinerShouldNotBeSearchable',
        'properties[0].isSearchable SearchablePropertyShouldNotBeOfType',
        'properties[0].name InvalidPropertyName',
        'properties[1].isRetrievable LabelledPropertyShouldBeRetrievable',
        'properties[2].aliases[0] InvalidPropertyName',
        'properties[2].labels[0] DuplicateLabel',
        'properties[2].labels[0] LabelShouldNotBeOfType',
        'properties[2].name DuplicatePropertyName',
      ]);
    });

    it('lists together what the reader finds and what a rule finds', async () => {
      const body = {
        baseType: 'x',
        properties: [
          property({ type: 'text' }),
          property({ name: 'a-b', colour: 'red' }),
          property({ name: 'c', labels: ['title'], isRetrievable: false }),
        ],
      };
      const answer = await register(server, draft, body, { version });
      const found = (answer.body.error.details as { target: string }[]).map(({ target }) => target);
      expect(found.toSorted()).toEqual([
        'baseType',
        'properties[0].type',
        'properties[1].colour',
        'properties[1].name',
        'properties[2].isRetrievable',
      ]);
    });
  });

  describe.each(['beta', 'v1.0'])('of what beta alone answers, field 2.1: in %s', (version) => {
    it.each(OF_BETA)('refuses %s', (...refusal) => assertRefused(version, refusal));

    it.each(TAKEN_OF_BETA)('takes %s', (_what, overrides) => assertTaken(version, overrides));
  });
});
