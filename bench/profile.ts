import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/** What V8 writes as `.cpuprofile`. Times are microseconds of the monotonic clock. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const FUNCTIONS = 25;
const PLACES = 15;
const V8_OWN = /^\((garbage collector|idle|program|root)\)$/;
const ROOT = new URL('../', import.meta.url).href;

const shortened = (url: string): string => url.replace(/^.*\/node_modules\//, '').replace(ROOT, '');

/** The package, the folder of ours, or the part of Node.js that a file belongs to. */
function placeOf(url: string): string {
  const inPackage = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (inPackage !== undefined) return inPackage;
  if (url.startsWith('node:')) return 'node:*';
  return url === '' ? 'native code and V8' : shortened(url).split('/').slice(0, -1).join('/');
}

const add = (sums: Map<string, number>, key: string, time: number): void =>
  void sums.set(key, (sums.get(key) ?? 0) + time);

function lines(title: string, sums: Map<string, number>, count: number, total: number): string[] {
  const largest = [...sums].toSorted(([, a], [, b]) => b - a).slice(0, count);
  return [
    '',
    title,
    ...largest.map(([name, time]) => `${((100 * time) / total).toFixed(1).padStart(6)} %  ${name}`),
  ];
}

/**
 * Where the time went, by self time: V8's own entries, packages, functions.
 * @param window the part of the profile that counts; without it, all
 */
export async function summary(
  path: string,
  [from, to]: readonly [number, number] = [0, Infinity],
): Promise<string> {
  const profile = JSON.parse(await readFile(path, 'utf8')) as CpuProfile;
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const [own, places, functions] = [0, 0, 0].map(() => new Map<string, number>()) as [
    Map<string, number>,
    Map<string, number>,
    Map<string, number>,
  ];
  let total = 0;
  let at = profile.startTime;
  profile.samples.forEach((id, index) => {
    at += profile.timeDeltas[index]!;
    // A sample stands for the time until the next one.
    const time = Math.max(0, profile.timeDeltas[index + 1] ?? 0);
    if (at < from || at > to) return;
    total += time;
    const { functionName, url, lineNumber } = frames.get(id)!;
    if (V8_OWN.test(functionName)) return add(own, functionName, time);
    add(places, placeOf(url), time);
    const where = url === '' ? 'native' : `${shortened(url)}:${lineNumber + 1}`;
    add(functions, `${functionName || '(anonymous)'}  ${where}`, time);
  });
  return [
    `${(total / 1e6).toFixed(1)} s`,
    ...lines('V8 itself', own, own.size, total),
    ...lines('Packages', places, PLACES, total),
    ...lines('Functions', functions, FUNCTIONS, total),
    '',
  ].join('\n');
}

// npx tsx bench/profile.ts FILE.cpuprofile
if (process.argv[2] !== undefined && import.meta.url === pathToFileURL(process.argv[1]!).href) {
  process.stdout.write(await summary(process.argv[2]));
}
