import { type ValidationError, validateSync } from 'class-validator';
import type { BodyIssue } from '../errors/catalogue/request.js';
import type { BrokenRule } from './rules.js';

/**
 * What the rules of its properties say against an object that `deserialize` made, each with its place. Every rule is
 * declared with the code and sentence of its Graph error; a rule without them is a mistake of ours and throws.
 */
export function brokenRules(value: object): BodyIssue[] {
  return validateSync(value, { forbidUnknownValues: false }).flatMap((error) => issuesOf(error, ''));
}

function issuesOf(error: ValidationError, parent: string): BodyIssue[] {
  const at = /^\d+$/.test(error.property)
    ? `${parent}[${error.property}]`
    : parent === ''
      ? error.property
      : `${parent}.${error.property}`;
  const own = Object.keys(error.constraints ?? {}).map((rule): BodyIssue => {
    const context = error.contexts?.[rule] as BrokenRule | undefined;
    if (context === undefined) throw new Error(`Rule ${rule} of '${at}' has no Graph error.`);
    return {
      foundBy: 'rules',
      code: context.code,
      message: context.describe(at, error.value),
      target: at,
    };
  });
  return [...own, ...(error.children ?? []).flatMap((child) => issuesOf(child, at))];
}
