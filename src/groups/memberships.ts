import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { select } from '../database/statement.js';
import { MOST_GROUPS_OF_USER, stepsUp, transitiveGroups } from './membership-sql.js';

/** Who is looked for in external groups: a user, and the groups of the directory that hold the user. GUIDs in lower case. */
export interface Member {
  readonly userId: string;
  readonly directoryGroups: readonly string[];
}

/** One step from a member to a group that holds it. The member is the user, a directory group or an external group. */
export interface MembershipStep {
  readonly type: 'user' | 'group' | 'externalGroup';
  readonly id: string;
  readonly group: string;
}

/** Which external groups of a connection hold somebody, directly or through other groups (docs/contract/search.md#4). */
@Injectable()
export class Memberships {
  constructor(private readonly database: Database) {}

  /**
   * The ids of the external groups that hold the member, the nearest first: 10,000 at most. All are found by one statement, so
   * they are those of one moment, whatever is written meanwhile.
   */
  async groupsOf(connectionKey: string, { userId, directoryGroups }: Member): Promise<string[]> {
    const { read } = this.database;
    const { rows } = await select(
      read,
      ...transitiveGroups(read, connectionKey, userId, directoryGroups),
      'planned',
    );
    return rows.map(([id]) => id as string);
  }

  /**
   * The steps that lead from the member up to an external group, the shortest way; undefined if none does. Memberships that
   * change meanwhile may hide a way.
   */
  async pathTo(connectionKey: string, member: Member, group: string): Promise<MembershipStep[] | undefined> {
    const steps = new Map<string, MembershipStep>();
    let frontier: readonly Omit<MembershipStep, 'group'>[] = [
      { type: 'user', id: member.userId },
      ...member.directoryGroups.map((id) => ({ type: 'group' as const, id })),
    ];
    while (frontier.length > 0 && !steps.has(group) && steps.size < MOST_GROUPS_OF_USER) {
      const found = await this.stepsFrom(connectionKey, frontier);
      const added = found.filter((step) => !steps.has(step.group));
      for (const step of added) if (!steps.has(step.group)) steps.set(step.group, step);
      frontier = [...new Set(added.map((step) => step.group))].map((id) => ({ type: 'externalGroup', id }));
    }
    return wayBack(steps, group);
  }

  private async stepsFrom(
    connectionKey: string,
    members: readonly Omit<MembershipStep, 'group'>[],
  ): Promise<MembershipStep[]> {
    const { read } = this.database;
    const ids = members.flatMap(({ id }) => [id, id.toLowerCase()]);
    const { rows } = await select(read, ...stepsUp(read, connectionKey, [...new Set(ids)]), 'planned');
    const wanted = new Set(members.map(({ type, id }) => `${type} ${id}`));
    return rows
      .map(([isExternal, type, id, group]) => ({
        type: isExternal ? 'externalGroup' : type,
        id: isExternal ? id : (id as string).toLowerCase(),
        group,
      }))
      .filter(({ type, id }) => wanted.has(`${type as string} ${id as string}`)) as MembershipStep[];
  }
}

function wayBack(steps: ReadonlyMap<string, MembershipStep>, group: string): MembershipStep[] | undefined {
  const path: MembershipStep[] = [];
  for (let step = steps.get(group); step !== undefined;) {
    path.unshift(step);
    step = step.type === 'externalGroup' ? steps.get(step.id) : undefined;
  }
  return path.length === 0 ? undefined : path;
}
