import type { PutItemDto } from '../../items/external-item.dto.js';
import type { SchemaPropertyDto } from '../../schema/schema.dto.js';
import type { PropertyType } from '../../schema/enums.js';

/** Ids of one length, in the order of their numbers. */
export const seededId = (number: number): string => `seed${String(number).padStart(12, '0')}`;

const FIRST_TIME_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

const WORDS =
  'printer floor paper jam ticket since monday laptop screen password vacation policy request manager report quarter ' +
  'budget invoice customer order delivery warehouse meeting agenda minutes project plan risk review contract supplier ' +
  'office travel expense training course certificate security badge network cable router update release note feature';

/** Words in an order that looks like none, and is the same in every run. */
const TEXT = (() => {
  const words = WORDS.split(' ');
  let random = 1;
  return Array.from({ length: 8_192 }, () => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    return words[random % words.length]!;
  }).join(' ');
})();

/** So much text, beginning at another place of it for each number. */
function text(number: number, length: number): string {
  if (length >= TEXT.length) return TEXT.repeat(Math.ceil(length / TEXT.length)).slice(0, length);
  const start = (number * 7_919) % (TEXT.length - length);
  return TEXT.slice(start, start + length);
}

type OneValue = 'string' | 'int64' | 'double' | 'dateTime' | 'boolean' | 'principal';

const VALUES: Record<OneValue, (number: number) => unknown> = {
  string: (number) => `${text(number, 24).trim()} ${number}`,
  int64: (number) => number,
  double: (number) => number / 8,
  dateTime: (number) => new Date(FIRST_TIME_MS + number * MINUTE_MS).toISOString(),
  boolean: (number) => number % 2 === 0,
  principal: (number) => ({ upn: `user${number % 1_000}@contoso.example` }),
};

const COLLECTIONS: Partial<Record<PropertyType, readonly [of: OneValue, annotation: string]>> = {
  stringCollection: ['string', 'Collection(String)'],
  int64Collection: ['int64', 'Collection(Int64)'],
  doubleCollection: ['double', 'Collection(Double)'],
  dateTimeCollection: ['dateTime', 'Collection(DateTimeOffset)'],
  principalCollection: ['principal', 'Collection(microsoft.graph.externalConnectors.principal)'],
};

function property(number: number, { name, type }: SchemaPropertyDto): [string, unknown][] {
  const collection = COLLECTIONS[type];
  if (collection === undefined) return [[name, VALUES[type as OneValue](number)]];
  const [of, annotation] = collection;
  return [
    [`${name}@odata.type`, annotation],
    [name, [VALUES[of](number), VALUES[of](number + 1)]],
  ];
}

/** The body of an item: a value for each property of the schema, and text until it has so many bytes as JSON. */
export function seededItem(number: number, schema: readonly SchemaPropertyDto[], size: number): PutItemDto {
  const body = {
    acl: [{ type: 'everyone', value: 'everyone', accessType: 'grant' }],
    properties: Object.fromEntries(schema.flatMap((entry) => property(number, entry))),
    content: { type: 'text', value: '' },
  };
  const missing = size - Buffer.byteLength(JSON.stringify(body));
  if (missing > 0) body.content.value = text(number, missing);
  return body;
}
