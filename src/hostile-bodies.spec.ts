import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { readSteps } from './batch/batch-steps.js';
import { BatchRequestContentDto } from './batch/batch.dto.js';
import { CreateConnectionDto } from './connections/dto/external-connection.dto.js';
import { GraphError } from './graph/errors/graph-error.js';
import { decoderOf, jsonObject } from './graph/http/parse-json.js';
import { deserialize } from './graph/odata/deserialize.js';
import { atOnce, type Steps } from './graph/turns.js';
import { brokenRules, ENOUGH_ISSUES } from './graph/odata/rules.js';
import { PutItemDto } from './items/external-item.dto.js';
import { RegisterSchemaDto } from './schema/schema.dto.js';

const MOST_BYTES = 4_000_000;
/** How many times as long as JavaScript's own reader needs for an ordinary body one step may take, after which others have a turn. */
const TIMES_OF_STEP = 1;
/** The same of what has no steps. */
const TIMES = 6;
const ATTEMPTS = 3;

/** As many units as fit. */
function filled(before: string, unit: (index: number) => string, after: string): string {
  const units: string[] = [];
  let length = before.length + after.length;
  for (let index = 0; ; index++) {
    const next = `${index === 0 ? '' : ','}${unit(index)}`;
    if ((length += next.length) > MOST_BYTES) break;
    units.push(next);
  }
  return before + units.join('') + after;
}

/** Processor time, which is the same however busy the machine is; the least of some attempts. */
async function processorTime(work: () => unknown): Promise<number> {
  let least = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}

/** The processor time of the longest step; the least of some attempts. */
function longestStep<T>(work: () => Steps<T>): { longest: number; value: T } {
  let least = Infinity;
  for (let attempt = 0; ; attempt++) {
    const steps = work();
    for (let longest = 0; ;) {
      const before = process.cpuUsage();
      const { done, value } = steps.next();
      const { user, system } = process.cpuUsage(before);
      longest = Math.max(longest, user + system);
      if (!done) continue;
      least = Math.min(least, longest);
      if (attempt === ATTEMPTS) return { longest: least, value };
      break;
    }
  }
}

const entry = (index: number): string => `{"type":"user","value":"u${index}","accessType":"grant"}`;
const ORDINARY = filled('{"acl":[', entry, ']}');

const connection = (more: string): string => `{"id":"contosohr","name":"x","description":"y"${more}}`;
const template = (more: string): string =>
  connection(`,"searchSettings":{"searchResultTemplates":[{"id":"a","priority":1,"layout":{}${more}}]}`);
const request = (more: string): string => `{"requests":[{"id":"1","method":"GET","url":"/x"${more}}]}`;

describe('a body of four megabytes', () => {
  it.each<[what: string, type: Type<object>, body: () => string]>([
    ['unknown members', CreateConnectionDto, () => filled('{', (index) => `"x${index}":0`, '}')],
    [
      'members of an open type',
      CreateConnectionDto,
      () => filled('{"configuration":{', (index) => `"x${index}":0`, '}}'),
    ],
    [
      'objects with names of their own',
      CreateConnectionDto,
      () => filled('{"configuration":{"x":[', (index) => `{"a${index}":0,"b${index}":0}`, ']}}'),
    ],
    [
      'objects with the same names in other orders',
      CreateConnectionDto,
      () =>
        filled(
          '{"configuration":{"x":[',
          (index) => {
            const names = [...'abcdefghij'].toSorted(
              (a, b) => ((a.charCodeAt(0) * index) % 97) - ((b.charCodeAt(0) * index) % 97),
            );
            return `{${names.map((name) => `"${name}":0`).join(',')}}`;
          },
          ']}}',
        ),
    ],
    ['empty objects', CreateConnectionDto, () => filled('{"configuration":{"x":[', () => '{}', ']}}')],
    ['empty arrays', CreateConnectionDto, () => filled('{"configuration":{"x":[', () => '[]', ']}}')],
    [
      'one integer of 20 digits beside a text',
      CreateConnectionDto,
      () => connection(`,"configuration":{"n":12345678901234567890,"x":"${'y'.repeat(3_900_000)}"}`),
    ],
    [
      'unknown flags',
      CreateConnectionDto,
      () => connection(`,"enabledContentExperiences":"${'x,'.repeat(1_900_000)}"`),
    ],
    [
      'known flags',
      CreateConnectionDto,
      () => connection(`,"enabledContentExperiences":"${'search,'.repeat(500_000)}"`),
    ],
    [
      'flags in an array',
      CreateConnectionDto,
      () => filled('{"enabledContentExperiences":[', () => '"search"', ']}'),
    ],
    [
      'rules of a template',
      CreateConnectionDto,
      () =>
        template(
          `,"rules":[${Array(48_000).fill('{"property":"x","operation":"equals","valuesJoinedBy":"or","values":["a"]}').join(',')}]`,
        ),
    ],
    [
      'values of a rule',
      CreateConnectionDto,
      () =>
        template(
          `,"rules":[{"property":"x","operation":"equals","valuesJoinedBy":"or","values":[${Array(1_200_000).fill('""').join(',')}]}]`,
        ),
    ],
    [
      'owners',
      CreateConnectionDto,
      () => filled('{"configuration":{"authorizedAppIds":[', (index) => `"${index}"`, ']}}'),
    ],
    [
      'blanks',
      CreateConnectionDto,
      () => `{"id":"contosohr","description":"y","name":"${' '.repeat(3_900_000)}"}`,
    ],
    ['entries of an access control list', PutItemDto, () => ORDINARY],
    [
      'broken entries of an access control list',
      PutItemDto,
      () => filled('{"acl":[', () => '{"type":0}', ']}'),
    ],
    [
      'labels',
      RegisterSchemaDto,
      () =>
        filled(
          '{"baseType":"microsoft.graph.externalItem","properties":[{"name":"p","type":"string","labels":[',
          () => '"title"',
          ']}]}',
        ),
    ],
    [
      'headers of a request of a batch',
      BatchRequestContentDto,
      () =>
        filled(
          '{"requests":[{"id":"1","method":"GET","url":"/x","headers":{',
          (index) => `"x ${index}":"0"`,
          '}}]}',
        ),
    ],
    [
      'dependencies',
      BatchRequestContentDto,
      () => filled('{"requests":[{"id":"1","method":"GET","url":"/x","dependsOn":[', () => '"0"', ']}]}'),
    ],
    ['segments of an address', BatchRequestContentDto, () => request(`,"url":"${'/a'.repeat(1_900_000)}"`)],
  ])(
    'that is full of %s takes no step that is much longer than JavaScript needs for an ordinary one',
    async (_, type, text) => {
      const bytes = Buffer.from(text());
      const usual = await processorTime(() => JSON.parse(ORDINARY));
      let json: Record<string, unknown>;
      try {
        const parsed = longestStep(() => jsonObject(bytes, decoderOf(undefined)));
        expect(parsed.longest / usual).toBeLessThan(TIMES_OF_STEP);
        json = parsed.value;
      } catch (error) {
        // Refused before it is parsed.
        expect(error).toBeInstanceOf(GraphError);
        expect((await processorTime(() => reasonOf(bytes))) / usual).toBeLessThan(TIMES);
        return;
      }
      const { longest, value: read } = longestStep(() => deserialize(type, json, 'beta'));
      expect(longest / usual).toBeLessThan(TIMES_OF_STEP);
      expect(read.issues.length).toBeLessThan(2 * ENOUGH_ISSUES);
      expect((await processorTime(() => brokenRules(read.value))) / usual).toBeLessThan(TIMES);
      if (type !== BatchRequestContentDto) return;
      const steps = (): unknown => {
        try {
          return readSteps((read.value as BatchRequestContentDto).requests);
        } catch (error) {
          return error;
        }
      };
      expect((await processorTime(steps)) / usual).toBeLessThan(TIMES);
    },
    60_000,
  );
});

function reasonOf(text: string | Buffer): string | undefined {
  try {
    atOnce(jsonObject(Buffer.from(text), decoderOf(undefined)));
    return undefined;
  } catch (error) {
    return (error as GraphError).inner?.message;
  }
}
const objects = (count: number, unit = '{}'): string => `{"a":[${Array(count).fill(unit).join(',')}]}`;
const members = (count: number): string =>
  `{${Array.from({ length: count }, (_, index) => `"a${index}":0`).join(',')}}`;

const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

describe('a body', () => {
  it('may have 150,000 objects and arrays, and no more', () => {
    expect(reasonOf(objects(149_998))).toBeUndefined();
    expect(reasonOf(objects(149_999))).toBe('The body has more than 150000 objects and arrays.');
    expect(reasonOf(objects(149_999, '[]'))).toMatch(/objects and arrays/);
  });

  it('may have objects of 10,000 forms, and no more; texts that look like members are none', () => {
    expect(reasonOf(members(10_000))).toBeUndefined();
    expect(reasonOf(members(10_001))).toMatch(/^The objects in the body have more than 10000 forms/);
    expect(reasonOf(`{"a":${JSON.stringify(members(20_000))}}`)).toBeUndefined();
    expect(reasonOf(objects(80_000, '{"type":"user","value":"x","accessType":"grant"}'))).toBeUndefined();
  });

  it('may be nested 100 levels deep, and no more', () => {
    expect(reasonOf(nested(100))).toBeUndefined();
    expect(reasonOf(nested(101))).toBe('The body is nested more than 100 levels deep.');
  });
});
