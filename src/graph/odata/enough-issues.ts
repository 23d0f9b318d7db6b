import type { BodyIssue } from '../errors/catalogue/request.js';

/** More than an error shows. Whoever sends a million faults is not told of each, and keeps nobody waiting. */
export const ENOUGH_ISSUES = 100;

/** The first issues that are found; the rest is not looked for. */
export function enough(found: Iterable<BodyIssue>): BodyIssue[] {
  const issues: BodyIssue[] = [];
  for (const issue of found) {
    issues.push(issue);
    if (issues.length === ENOUGH_ISSUES) break;
  }
  return issues;
}
