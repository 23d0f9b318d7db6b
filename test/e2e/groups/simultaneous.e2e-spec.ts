import { beforeAll, describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import {
  addMember,
  createGroup,
  groupsPath,
  listMembers,
  newConnection,
  newGroupId,
  readGroup,
  validMember,
} from '../../support/groups.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const statuses = (answers: { status: number }[]): number[] =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

describe('requests at the same moment', () => {
  const server = useServer();
  let as: string;
  let connection: string;
  beforeAll(async () => {
    as = await tokenOf(server, { tenantId: newTenant() });
    connection = await newConnection(server, { as });
  });

  it('give one 201 if they create one group, in each of 200 rounds, and leave the group that was acknowledged', async () => {
    for (let round = 0; round < 200; round++) {
      const id = newGroupId();
      const answers = await Promise.all(
        ['A', 'B', 'C', 'D'].map((displayName) =>
          createGroup(server, connection, { id, displayName }, { as }),
        ),
      );
      expect(statuses(answers)).toEqual([201, 409, 409, 409]);
      const { body } = answers.find(({ status }) => status === 201)!;
      expect((await readGroup(server, connection, id, { as })).body).toEqual(body);
    }
  });

  it('give one 201 if they add one member, and one 204 if they remove it', async () => {
    const id = newGroupId();
    await createGroup(server, connection, { id }, { as });
    for (let round = 0; round < 20; round++) {
      const member = validMember();
      const path = `${groupsPath(connection)}/${id}/members/${String(member.id)}`;
      const added = await Promise.all(
        [1, 2, 3, 4].map(() => addMember(server, connection, id, member, { as })),
      );
      expect(statuses(added)).toEqual([201, 409, 409, 409]);
      const removed = await Promise.all([1, 2, 3, 4].map(() => send(server, 'DELETE', path, { as })));
      expect(statuses(removed)).toEqual([204, 404, 404, 404]);
    }
    expect((await listMembers(server, connection, id, { as })).body.value).toEqual([]);
  });

  it('give one 204 if they delete one group, and a member that comes meanwhile goes with it', async () => {
    for (let round = 0; round < 20; round++) {
      const id = newGroupId();
      const path = `${groupsPath(connection)}/${id}`;
      await createGroup(server, connection, { id }, { as });
      const [added, ...deleted] = await Promise.all([
        addMember(server, connection, id, validMember(), { as }),
        ...[1, 2, 3].map(() => send(server, 'DELETE', path, { as })),
      ]);
      expect([201, 404]).toContain(added.status);
      expect(statuses(deleted)).toEqual([204, 404, 404]);
      await createGroup(server, connection, { id }, { as });
      expect((await listMembers(server, connection, id, { as })).body.value).toEqual([]);
    }
  });
});
