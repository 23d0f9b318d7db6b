import { chance, type Client, pick } from '../client.js';
import type { SharedField, World } from '../world.js';
import { live, liveAsConnection, liveAsMember } from './lives.js';
import { CLIENTS_A_ROUND, Rounds } from './rounds.js';
import { liveWithSchema } from './schema-life.js';

const LANES = 3;

export interface LoadOptions {
  readonly seconds: number;
  readonly rounds: number;
}

/** What a client does next: of so many, so often. */
const ACTS: readonly (readonly [weight: number, act: (client: Client, world: World) => Promise<unknown>])[] =
  [
    [25, (client, { items }) => live(client, pick(items))],
    [8, (client, { groups }) => live(client, pick(groups))],
    [8, (client, { members }) => liveAsMember(client, pick(members))],
    [6, (client, { connections }) => liveAsConnection(client, connections)],
    [4, (client, { connections }) => liveWithSchema(client, connections)],
    // Pages of one list through any server each: the token of a page is good on all.
    [3, (client, { items }) => pick(items).list(client, () => client.anyServer(), 40)],
    [1, (client, { groups }) => pick(groups).list(client, () => client.anyServer(), 20)],
    [1, (client, { connections }) => connections.list(client, () => client.anyServer(), 100)],
    [2, (client) => client.authenticate(client.anyServer())],
  ];

const ALL = ACTS.reduce((sum, [weight]) => sum + weight, 0);

function anyAct(): (typeof ACTS)[number][1] {
  let left = Math.random() * ALL;
  return ACTS.find(([weight]) => (left -= weight) < 0)![1];
}

/** Every field has a writer; where there are more clients than fields, some have two. */
const ownFields = ({ fields }: World, client: number, clients: number): SharedField[] =>
  fields.filter((_, index) => index % clients === client || client % fields.length === index);

/** Writes a field beside which others write at the same time, and reads the resource through another server. */
async function changeShared(client: Client, { thing, field }: SharedField): Promise<void> {
  const server = client.anyServer();
  await thing.update(client, server, field);
  if (chance(0.7)) await thing.read(client, client.otherServer(server));
}

/**
 * Uses the servers as many clients at once, until the time is over, the rounds are played and `outages` are done with.
 */
export async function load(
  world: World,
  clients: readonly Client[],
  { seconds, rounds: wanted }: LoadOptions,
  outages: Promise<unknown>,
): Promise<Rounds> {
  const start = performance.now();
  let outagesAreOver = false;
  void outages.finally(() => (outagesAreOver = true)).catch(() => undefined);
  const rounds = new Rounds(world.connections, wanted, seconds);
  const isOver = (): boolean =>
    performance.now() - start > 1000 * seconds && outagesAreOver && rounds.areOver;

  const lanes = Math.max(1, Math.min(LANES, Math.floor(clients.length / (2 * CLIENTS_A_ROUND))));
  const playing = Array.from({ length: lanes }, (_, lane) =>
    rounds.play(clients.slice(lane * CLIENTS_A_ROUND, (lane + 1) * CLIENTS_A_ROUND)),
  );
  const others = clients.slice(lanes * CLIENTS_A_ROUND);
  const working = others.map(async (client, n) => {
    const own = ownFields(world, n, others.length);
    while (!isOver())
      await (chance(0.4) && own.length > 0 ? changeShared(client, pick(own)) : anyAct()(client, world));
  });
  await Promise.all([...playing, ...working]);
  return rounds;
}
