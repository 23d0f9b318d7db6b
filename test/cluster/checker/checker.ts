import type { Claim, History } from '../history.js';
import type { Outage } from '../outages.js';
import { answerFaults } from './answers.js';
import { type Count, countFaults } from './counts.js';
import { existenceFaults } from './existence.js';
import type { Fault } from './fault.js';
import { registerFaults } from './register.js';

/**
 * Everything in a history that cannot be where servers lose nothing and agree.
 *
 * A history is correct if there is one order of moments, each between the start and the end of its request, in which all
 * answers are those of a single server (it is linearizable). That holds for the whole if it holds for each object alone, so the
 * objects are looked at one by one: the existence of each resource, and each of its fields as a register.
 */
export function faultsOf(
  { calls, claims }: Pick<History, 'calls' | 'claims'>,
  outages: readonly Outage[],
  servers: number,
  counts: readonly Count[],
): Fault[] {
  const objects = new Map<string, Claim[]>();
  for (const claim of claims) {
    const others = objects.get(claim.object);
    if (others === undefined) objects.set(claim.object, [claim]);
    else others.push(claim);
  }
  const ofObjects = [...objects].flatMap(([object, all]) => {
    const isRegister = ({ said }: Claim): boolean => said === 'written' || said === 'read';
    return all.some(isRegister) ? registerFaults(object, all) : existenceFaults(object, all);
  });
  return [...answerFaults(calls, outages, servers), ...ofObjects, ...countFaults(counts)];
}
