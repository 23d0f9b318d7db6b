import { randomUUID } from 'node:crypto';

const WORDS = 50_000;
const GROUPS = 20_000;
const WORDS_OF_ITEM = 300;
const GROUPS_OF_USER = 50;
const OPEN_TO_ALL = 0.1;

/** Words by how many of the items have them: their share is below `most`, and not below that of the class before. */
export const CLASSES = [
  { name: 'fewer than 1 in 500', most: 1 / 500 },
  { name: '1 in 500 to 1 in 50', most: 1 / 50 },
  { name: 'about 1 in 20', most: 1 / 10 },
  { name: 'more than 1 in 10', most: 1 / 2 },
  { name: 'more than half', most: Infinity },
] as const;

/** The same sequence in each run. */
function sequence(): () => number {
  let state = 42;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Items of 2 kB with words as frequent as in a language, for one to four of many groups or for everyone. */
export class Corpus {
  private readonly random = sequence();
  private readonly sums: Float64Array;
  private readonly items = new Uint32Array(WORDS);
  private readonly groups = Array.from({ length: GROUPS }, () => randomUUID());
  private count = 0;

  constructor() {
    let sum = 0;
    this.sums = Float64Array.from({ length: WORDS }, (_, rank) => (sum += 1 / (rank + 2.7)));
  }

  /** The directory groups of the user who searches. */
  get groupsOfUser(): readonly string[] {
    return this.groups.slice(0, GROUPS_OF_USER);
  }

  next(): { readonly id: string; readonly body: object } {
    const ranks = Array.from({ length: WORDS_OF_ITEM }, () => this.rank());
    for (const rank of new Set(ranks)) this.items[rank]!++;
    const words = ranks.map(wordOf);
    const id = `item${this.count++}`;
    const body = {
      acl: this.acl(),
      properties: {
        title: words.slice(0, 4).join(' '),
        url: `https://contoso.example/${id}`,
        priority: this.count % 10,
        createdDateTime: new Date(1.6e12 + 1_000 * this.count).toISOString(),
        'tags@odata.type': 'Collection(String)',
        tags: words.slice(4, 6),
      },
      content: { type: 'text', value: words.slice(6).join(' ') },
    };
    return { id, body };
  }

  /** Words of a class that items have, in turn: one alone would be in the cache of the machine. */
  wordsOf(index: number): string[] {
    const [from, to] = [CLASSES[index - 1]?.most ?? 0, CLASSES[index]!.most].map(
      (share) => share * this.count,
    );
    const ranks = [...this.items.keys()].filter((rank) => {
      const found = this.items[rank]!;
      return found > 0 && found >= from! && found < to!;
    });
    const step = Math.max(1, Math.floor(ranks.length / 200));
    return ranks.filter((_, place) => place % step === 0).map(wordOf);
  }

  private rank(): number {
    const wanted = this.random() * this.sums[WORDS - 1]!;
    let [low, high] = [0, WORDS - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private acl(): object[] {
    const grant = (type: string, value: string): object => ({ type, value, accessType: 'grant' });
    if (this.random() < OPEN_TO_ALL) return [grant('everyone', 'everyone')];
    return Array.from({ length: 1 + Math.floor(this.random() * 4) }, () =>
      grant('group', this.groups[Math.floor(this.random() * GROUPS)]!),
    );
  }
}

const wordOf = (rank: number): string => `w${rank.toString(36)}x`;
