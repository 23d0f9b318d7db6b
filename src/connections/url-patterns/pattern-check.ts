import { createRequire } from 'node:module';
import type * as Recheck from 'recheck';
import { UNDECIDED_IN_TIME } from './undecided.js';

/** What is wrong with a pattern, in words; null where it is safe. */
export type PatternProblem = string | null;

// The analysis alone: the package's main module starts processes that are not needed here.
const require = createRequire(import.meta.url);
const { checkSync } = require('recheck/lib/browser.js') as typeof Recheck;

/** On an address of 2,000 characters, the square is milliseconds and the cube is many seconds. */
const HIGHEST_DEGREE = 2;

const ONE_PATTERN_MS = 5_000;
const ALL_PATTERNS_MS = 15_000;

/** Addresses are not longer; the rest bounds what trying out texts may take where no theory decides. */
const LIMITS: Recheck.Parameters = {
  maxAttackStringSize: 4_096,
  attackLimit: 10_000_000,
  attackTimeout: 500,
  recallTimeout: -1,
  incubationLimit: 20_000,
  maxIteration: 3,
  maxInitialGenerationSize: 100,
  maxGenerationSize: 50,
  crossoverSize: 10,
  mutationSize: 20,
};

function undecided(error: Recheck.UnknownDiagnostics['error']): string {
  if (error.kind === 'timeout') return UNDECIDED_IN_TIME;
  return `whether it is cannot be decided (${'message' in error ? error.message : error.kind}).`;
}

/** How much the time grows at most: the power of the length. */
function degreeOf({ complexity }: Recheck.SafeDiagnostics | Recheck.VulnerableDiagnostics): number {
  if (complexity.type === 'exponential') return Infinity;
  return complexity.type === 'polynomial' ? complexity.degree : 1;
}

/** What asks for the text before it, and so says little of itself at the beginning: `\b`, `\B`, a look-behind. */
const LOOKS_BACK = /\\b|\(\?<[=!]/i;

/**
 * A pattern that may begin anywhere takes one power more than the same pattern at the beginning of the text, of which the
 * analysis is several times as quick; so the exact one is made only where it matters.
 */
function problemOf(pattern: string, end: number): PatternProblem {
  let degree = 0;
  for (const form of LOOKS_BACK.test(pattern) ? [pattern] : [`^(?:${pattern})`, pattern]) {
    const timeout = Math.ceil(end - performance.now());
    if (timeout <= 0) return UNDECIDED_IN_TIME;
    const diagnostics = checkSync(form, '', { ...LIMITS, timeout });
    if (diagnostics.status === 'unknown') return undecided(diagnostics.error);
    degree = degreeOf(diagnostics);
    if (degree < HIGHEST_DEGREE || degree === Infinity) break;
  }
  if (degree <= HIGHEST_DEGREE) return null;
  const growth = degree === Infinity ? 'exponentially' : `with the power ${degree}`;
  return `the time that it takes can grow ${growth} with the length of the URL. Avoid repetitions within repetitions, and neighbours that match the same text, such as '.*/.*'; '[^/]+' matches one segment.`;
}

function judged(pattern: string, end: number): PatternProblem {
  try {
    return problemOf(pattern, end);
  } catch (error) {
    if (error instanceof RangeError) return 'it is nested too deeply.';
    throw error;
  }
}

/** Whether regular expressions can be made to run as good as for ever. Runs in a worker: see `UrlPatterns`. */
export default function checkPatterns(patterns: readonly string[]): PatternProblem[] {
  const end = performance.now() + ALL_PATTERNS_MS;
  return patterns.map((pattern) => judged(pattern, Math.min(end, performance.now() + ONE_PATTERN_MS)));
}
