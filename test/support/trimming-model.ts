import fc from 'fast-check';

/** A world of users, groups and items, and a plain model of who sees what: it shares nothing with the server. */
export interface World {
  readonly groups: readonly string[];
  readonly members: readonly Membership[];
  readonly users: readonly ModelUser[];
  readonly items: readonly (readonly ModelEntry[])[];
}

export interface ModelUser {
  readonly id: string;
  readonly directoryGroups: readonly string[];
}

export interface Membership {
  readonly group: string;
  readonly member: Identity;
}

interface Identity {
  readonly type: 'user' | 'group' | 'externalGroup';
  readonly id: string;
  readonly identitySource?: string;
}

export interface ModelEntry {
  readonly type: string;
  readonly value: string;
  readonly accessType: 'grant' | 'deny';
  readonly identitySource?: string;
}

const guid = (kind: number, index: number): string =>
  `${kind}abcdef${kind}-0000-4000-8000-${String(index).padStart(12, '0')}`;

const USERS = Array.from({ length: 50 }, (_, index) => guid(1, index));
const DIRECTORY_GROUPS = Array.from({ length: 8 }, (_, index) => guid(2, index));
/** Told apart by case; one is a GUID. */
const GROUPS = [
  'team',
  'Team',
  'TEAM',
  'night',
  'day',
  'x_-=',
  'A',
  'a',
  guid(3, 1),
  guid(3, 1).toUpperCase(),
];
const NO_GROUP = ['ghost', 'Night'];

const spelled = (id: string): fc.Arbitrary<string> => fc.constantFrom(id, id, id.toUpperCase());
const user = fc.constantFrom(...USERS).chain(spelled);
const directoryGroup = fc.constantFrom(...DIRECTORY_GROUPS).chain(spelled);

const external = <T extends object>(ids: readonly string[], key: 'id' | 'value', rest: fc.Arbitrary<T>) =>
  fc.tuple(fc.constantFrom(...ids), fc.boolean(), rest).map(([id, isOld, others]) => ({
    ...others,
    ...(isOld ? { type: 'group' as const, identitySource: 'external' } : { type: 'externalGroup' as const }),
    [key]: id,
  }));

const membership = (groups: readonly string[]): fc.Arbitrary<Membership> =>
  fc.record({
    group: fc.constantFrom(...groups),
    member: fc.oneof(
      { weight: 2, arbitrary: user.map((id): Identity => ({ type: 'user', id })) },
      { weight: 1, arbitrary: directoryGroup.map((id): Identity => ({ type: 'group', id })) },
      {
        weight: 3,
        arbitrary: external(
          [...groups, ...NO_GROUP],
          'id',
          fc.constant({}),
        ) as unknown as fc.Arbitrary<Identity>,
      },
    ),
  });

const access = fc.constantFrom('grant', 'grant', 'grant', 'deny');
const named = (type: string, value: fc.Arbitrary<string>): fc.Arbitrary<ModelEntry> =>
  fc.record({ type: fc.constant(type), value, accessType: access });

export const entryArbitrary: fc.Arbitrary<ModelEntry> = fc.oneof(
  { weight: 4, arbitrary: named('user', user) },
  { weight: 3, arbitrary: named('group', directoryGroup) },
  {
    weight: 6,
    arbitrary: external(
      [...GROUPS, ...NO_GROUP],
      'value',
      fc.record({ accessType: access }),
    ) as unknown as fc.Arbitrary<ModelEntry>,
  },
  { weight: 1, arbitrary: named('everyone', fc.constant('everyone')) },
  { weight: 1, arbitrary: named('everyoneExceptGuests', fc.constant('everyoneExceptGuests')) },
  { weight: 1, arbitrary: named('user', fc.constantFrom('nobody@contoso.example', 'team')) },
);

const sameMember = ({ group, member }: Membership): string =>
  `${group} ${/^[0-9a-f-]{36}$/i.test(member.id) ? member.id.toLowerCase() : member.id}`;

export const worldArbitrary = (itemCount: number): fc.Arbitrary<World> =>
  fc.subarray(GROUPS, { minLength: 3 }).chain((groups) =>
    fc.record({
      groups: fc.constant(groups),
      members: fc.uniqueArray(membership(groups), { minLength: 10, maxLength: 40, selector: sameMember }),
      users: fc.tuple(
        ...USERS.map((id) =>
          fc.record({
            id: fc.constant(id),
            directoryGroups: fc.subarray(DIRECTORY_GROUPS, { maxLength: 3 }),
          }),
        ),
      ),
      items: fc.array(fc.array(entryArbitrary, { minLength: 1, maxLength: 4 }), {
        minLength: itemCount,
        maxLength: itemCount,
      }),
    }),
  );

const isExternal = ({ type, identitySource }: { type: string; identitySource?: string }): boolean =>
  type === 'externalGroup' || identitySource === 'external';
const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The external groups that hold a user: looked for again and again, until no more are found. */
function groupsOf({ id, directoryGroups }: ModelUser, { groups, members }: World): string[] {
  let held: string[] = [];
  for (;;) {
    const more = groups.filter((group) =>
      members.some(
        ({ group: of, member }) =>
          of === group &&
          (isExternal(member)
            ? held.includes(member.id)
            : member.type === 'user'
              ? same(member.id, id)
              : directoryGroups.some((one) => same(one, member.id))),
      ),
    );
    if (more.length === held.length) return held;
    held = more;
  }
}

/** The places of the items that a user sees. */
export function seenBy(user: ModelUser, world: World): number[] {
  const groups = groupsOf(user, world);
  const isUsers = (entry: ModelEntry): boolean => {
    if (entry.type === 'everyone' || entry.type === 'everyoneExceptGuests') return true;
    if (isExternal(entry)) return groups.includes(entry.value);
    return entry.type === 'user'
      ? same(entry.value, user.id)
      : user.directoryGroups.some((one) => same(one, entry.value));
  };
  return world.items.flatMap((acl, place) => {
    const own = acl.filter(isUsers);
    return own.length > 0 && own.every(({ accessType }) => accessType === 'grant') ? [place] : [];
  });
}
