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

const ONE_PATTERN_MS = 3_000;
const ALL_PATTERNS_MS = 9_000;

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

function problemOf(pattern: string, timeout: number): PatternProblem {
  let diagnostics: Recheck.Diagnostics;
  try {
    diagnostics = checkSync(pattern, '', { ...LIMITS, timeout });
  } catch (error) {
    // Nested so deeply that the analysis has no room for it.
    if (error instanceof RangeError) return 'it is nested too deeply.';
    throw error;
  }
  if (diagnostics.status === 'safe') return null;
  if (diagnostics.status === 'unknown') return undecided(diagnostics.error);
  const { complexity } = diagnostics;
  if (complexity.type === 'polynomial' && complexity.degree <= HIGHEST_DEGREE) return null;
  const growth = complexity.type === 'exponential' ? 'exponentially' : `with the power ${complexity.degree}`;
  return `the time that it takes can grow ${growth} with the length of the URL. Avoid repetitions within repetitions, and neighbours that match the same text, such as '.*/.*'; '[^/]+' matches one segment.`;
}

/** Whether regular expressions can be made to run as good as for ever. Runs in a worker: see `UrlPatterns`. */
export default function checkPatterns(patterns: readonly string[]): PatternProblem[] {
  const end = performance.now() + ALL_PATTERNS_MS;
  return patterns.map((pattern) => {
    const left = Math.min(ONE_PATTERN_MS, end - performance.now());
    return left <= 0 ? UNDECIDED_IN_TIME : problemOf(pattern, left);
  });
}
