import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SchemaPropertyDto } from '../../../src/schema/schema.dto.js';
import { Trimming } from '../../../src/search/trimming/trimming.js';
import { query } from '../../support/database.js';
import { addMember, createGroup, membersPath } from '../../support/groups.js';
import { send } from '../../support/http.js';
import { patchItem, putItem } from '../../support/items.js';
import { property, readyConnection } from '../../support/schemas.js';
import { connectionKeyOf, searchFor, searchOf } from '../../support/search.js';
import { startServer, type TestServer } from '../../support/server.js';
import {
  entryArbitrary,
  type ModelEntry,
  type ModelUser,
  seenBy,
  type World,
  worldArbitrary,
} from '../../support/trimming-model.js';

const USER = '99999999-2222-4333-8444-555555555555';

const ROUNDS = 20;
const ITEMS = 100;
const SCHEMA = [property()] as unknown as SchemaPropertyDto[];

let server: TestServer;
let trimming: Trimming;
beforeAll(async () => {
  server = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
  trimming = server.app.get(Trimming, { strict: false });
});
afterAll(() => server.close());

async function expectOk(answer: Promise<{ status: number; text: string }>): Promise<void> {
  const { status, text } = await answer;
  expect(status, text).toBeLessThan(300);
}

const itemOf = (acl: readonly ModelEntry[]): object => ({ acl, properties: { title: 'any' } });

/** A connection with these groups, memberships and items. */
async function built({ groups, members, items }: World): Promise<{ id: string; key: string }> {
  const id = await readyConnection(server);
  await Promise.all(groups.map((group) => expectOk(createGroup(server, id, { id: group }))));
  await Promise.all(members.map(({ group, member }) => expectOk(addMember(server, id, group, member))));
  await Promise.all(items.map((acl, place) => expectOk(putItem(server, id, `i${place}`, itemOf(acl)))));
  return { id, key: await connectionKeyOf(server, id) };
}

/** The places of the items that a user finds. */
async function foundBy({ id, directoryGroups }: ModelUser, key: string): Promise<number[]> {
  const principals = await trimming.principalsOf({ userId: id, groups: directoryGroups }, key);
  const wanted = searchOf({ connectionKey: key, schema: SCHEMA, principals }, { size: 500 });
  const { total, hits } = await searchFor(server, wanted);
  expect(total).toBe(hits.length);
  return hits.map(({ itemId }) => Number(itemId.slice(1))).toSorted((a, b) => a - b);
}

describe('trimming', () => {
  it(`shows each user exactly the items of the model: ${ROUNDS} worlds of 50 users and ${ITEMS} items`, async () => {
    let decisions = 0;
    await fc.assert(
      fc.asyncProperty(worldArbitrary(ITEMS), async (world) => {
        const { key } = await built(world);
        for (const user of world.users) {
          expect(await foundBy(user, key)).toEqual(seenBy(user, world));
          decisions += world.items.length;
        }
      }),
      { numRuns: ROUNDS },
    );
    expect(decisions).toBeGreaterThanOrEqual(100_000);
  });

  it('explains each decision as the model decides', async () => {
    await fc.assert(
      fc.asyncProperty(worldArbitrary(20), async (world) => {
        const { key } = await built(world);
        for (const user of world.users.slice(0, 10)) {
          const seen = new Set(seenBy(user, world));
          const who = { userId: user.id, groups: user.directoryGroups };
          for (const [place, acl] of world.items.entries()) {
            const why = await trimming.explain(who, { connectionKey: key, acl: [...acl] });
            expect(why.visible).toBe(seen.has(place));
            if (why.because === 'granted' || why.because === 'denied')
              expect(acl[why.entry]!.accessType).toBe(why.because === 'granted' ? 'grant' : 'deny');
          }
        }
      }),
      { numRuns: 3 },
    );
  });

  it('follows each change, and while one is made shows what was before it or what is after it', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('list' as const),
        place: fc.nat(19),
        acl: fc.array(entryArbitrary, { minLength: 1, maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('leave' as const), at: fc.nat(1_000) }),
      fc.record({ kind: fc.constant('enter' as const), at: fc.nat(1_000) }),
    );
    await fc.assert(
      fc.asyncProperty(
        worldArbitrary(20),
        fc.array(step, { minLength: 12, maxLength: 12 }),
        async (first, steps) => {
          const { id, key } = await built(first);
          let world = first;
          const outside: World['members'][number][] = [];
          for (const [turn, change] of steps.entries()) {
            const before = world;
            let made: Promise<void>;
            if (change.kind === 'list') {
              world = { ...world, items: world.items.with(change.place, change.acl) };
              made = expectOk(patchItem(server, id, `i${change.place}`, { acl: change.acl }));
            } else if (change.kind === 'leave' || outside.length === 0) {
              const left = world.members[change.at % world.members.length]!;
              outside.push(left);
              world = { ...world, members: world.members.filter((one) => one !== left) };
              made = expectOk(send(server, 'DELETE', `${membersPath(id, left.group)}/${left.member.id}`));
            } else {
              const entered = outside.splice(change.at % outside.length, 1)[0]!;
              world = { ...world, members: [...world.members, entered] };
              made = expectOk(addMember(server, id, entered.group, entered.member));
            }
            const meanwhile = world.users.slice(turn * 4, turn * 4 + 4);
            const found = await Promise.all(meanwhile.map((user) => foundBy(user, key)));
            await made;
            for (const [index, user] of meanwhile.entries())
              expect([seenBy(user, before), seenBy(user, world)]).toContainEqual(found[index]);
            for (const user of world.users.slice(0, 5))
              expect(await foundBy(user, key)).toEqual(seenBy(user, world));
          }
        },
      ),
      { numRuns: 5 },
    );
  });
});

describe('a user in very many external groups', () => {
  it('is in the nearest 10,000, and finds what they may see', async () => {
    const members = [{ group: 'g1', member: { type: 'user' as const, id: USER } }];
    const { id, key } = await built({ groups: ['g1'], members, users: [], items: [] });
    // Each group is in the next one.
    const numbers =
      'WITH RECURSIVE "n"("i") AS (SELECT 2 UNION ALL SELECT "i" + 1 FROM "n" WHERE "i" < 10002)';
    const name = (number: string): string => `'g' || CAST(${number} AS varchar)`;
    await query(
      server,
      `INSERT INTO "external_group" ("connectionKey", "id", "groupKey")
       ${numbers} SELECT CAST(? AS varchar), ${name('"i"')}, ${name('"i"')} || '-of-many' FROM "n"`,
      [key],
    );
    await query(
      server,
      `INSERT INTO "external_group_member" ("groupKey", "normalizedId", "connectionKey", "id", "type")
       ${numbers} SELECT ${name('"i"')} || '-of-many', ${name('"i" - 1')}, CAST(? AS varchar), ${name('"i" - 1')}, 'externalGroup' FROM "n"`,
      [key],
    );
    const groupOf = (value: string): ModelEntry => ({ type: 'externalGroup', value, accessType: 'grant' });
    await expectOk(putItem(server, id, 'i10000', itemOf([groupOf('g10000')])));
    await expectOk(putItem(server, id, 'i10001', itemOf([groupOf('g10001')])));
    const principals = await trimming.principalsOf({ userId: USER }, key);
    expect(principals.filter((principal) => principal.startsWith('x:'))).toHaveLength(10_000);
    expect(await foundBy({ id: USER, directoryGroups: [] }, key)).toEqual([10_000]);
  });
});

const DIRECTORY_GROUP = '88888888-2222-4333-8444-555555555555';

describe('the explanation of a decision', () => {
  const grant = (type: string, value: string): ModelEntry => ({ type, value, accessType: 'grant' });

  it('names the entry that granted, and the path of groups that led there', async () => {
    const { key } = await built({
      groups: ['inner', 'middle', 'outer'],
      members: [
        { group: 'inner', member: { type: 'group', id: DIRECTORY_GROUP.toUpperCase() } },
        { group: 'middle', member: { type: 'externalGroup', id: 'inner' } },
        { group: 'outer', member: { type: 'group', id: 'middle', identitySource: 'external' } },
        { group: 'inner', member: { type: 'externalGroup', id: 'outer' } },
      ],
      users: [],
      items: [],
    });
    const acl = [grant('user', DIRECTORY_GROUP), grant('externalGroup', 'outer')];
    const who = { userId: USER.toUpperCase(), groups: [DIRECTORY_GROUP] };
    expect(await trimming.explain(who, { connectionKey: key, acl })).toEqual({
      visible: true,
      because: 'granted',
      entry: 1,
      principal: 'x:outer',
      path: [
        { type: 'group', id: DIRECTORY_GROUP, group: 'inner' },
        { type: 'externalGroup', id: 'inner', group: 'middle' },
        { type: 'externalGroup', id: 'middle', group: 'outer' },
      ],
    });
  });

  it('names the entry that denied, whatever granted', async () => {
    const { key } = await built({ groups: [], members: [], users: [], items: [] });
    const acl = [grant('everyone', 'everyone'), { ...grant('user', USER), accessType: 'deny' as const }];
    expect(await trimming.explain({ userId: USER }, { connectionKey: key, acl })).toEqual({
      visible: false,
      because: 'denied',
      entry: 1,
      principal: `u:${USER}`,
    });
  });

  it('says of each entry what is missing', async () => {
    const { key } = await built({ groups: ['empty'], members: [], users: [], items: [] });
    const acl = [
      grant('user', DIRECTORY_GROUP),
      grant('group', DIRECTORY_GROUP),
      grant('externalGroup', 'empty'),
      grant('user', 'megan@contoso.example'),
      { ...grant('user', DIRECTORY_GROUP), accessType: 'deny' as const },
    ];
    expect(await trimming.explain({ userId: USER, groups: [] }, { connectionKey: key, acl })).toEqual({
      visible: false,
      because: 'notGranted',
      missing: [
        { entry: 0, why: 'otherUser' },
        { entry: 1, why: 'groupNotInToken' },
        { entry: 2, why: 'notInExternalGroup' },
        { entry: 3, why: 'matchesNobody' },
        { entry: 4, why: 'deniesOthers' },
      ],
    });
  });

  it('says that an application is no user', async () => {
    const { key } = await built({ groups: [], members: [], users: [], items: [] });
    const acl = [grant('everyone', 'everyone')];
    expect(await trimming.explain({}, { connectionKey: key, acl })).toEqual({
      visible: false,
      because: 'noUser',
    });
    expect(await trimming.principalsOf({}, key)).toEqual([]);
  });
});
