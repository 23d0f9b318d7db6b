import {
  ArrayMinSize,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  validateSync,
  type ValidationError,
  type ValidationOptions,
} from 'class-validator';
import type { BodyIssue } from '../errors/catalogue/request.js';
import { quoteForMessage } from '../errors/quote-for-message.js';
import type { Steps } from '../turns.js';

/** The limits that OpenAPI has words for. */
type RuleSchema = Partial<
  Record<'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'minimum' | 'maximum', number> & {
    pattern: string;
  }
>;

/** A limit of a property: how it is checked, and what the OpenAPI document says of it. */
export interface BodyRule {
  readonly validate?: PropertyDecorator;
  readonly schema?: RuleSchema;
  /** How many values a collection may have; with more, the reader does not look at any of them. */
  readonly atMostValues?: { readonly count: number; readonly broken: BrokenRule };
}

/** Carried by a validation error to whoever makes the Graph error of it. */
export interface BrokenRule {
  readonly code: string;
  readonly describe: (path: string, value: unknown) => string;
}

/** Ties a class-validator rule to the inner code and message of its Graph error. */
const broken = (
  code: string,
  describe: BrokenRule['describe'],
  options: ValidationOptions = {},
): ValidationOptions => ({
  ...options,
  // Never shown; class-validator drops the context of a rule that has no message.
  message: code,
  context: { code, describe } satisfies BrokenRule,
});

/** Not empty, and not white space alone (docs/contract/errors.md#c4). */
export const notBlank = (options: ValidationOptions = {}): BodyRule => ({
  validate: ValidateBy(
    {
      name: 'notBlank',
      validator: { validate: (value) => typeof value === 'string' && value.trim() !== '' },
    },
    broken(
      'RequiredPropertyMissing',
      (path) => `Property '${path}' is required${options.each ? ' in each entry' : ''}: it may not be empty.`,
      options,
    ),
  ),
  schema: options.each ? {} : { minLength: 1 },
});

/** The sentence copies a recorded one (docs/contract/errors.md#c4, #i6). */
export const maxLength = (length: number): BodyRule => ({
  validate: MaxLength(
    length,
    broken('PropertyTooLong', (path) => `Property '${path}' value cannot exceed ${length} characters.`),
  ),
  schema: { maxLength: length },
});

export const minItems = (
  count: number,
  code = 'TooFewValues',
  describe: BrokenRule['describe'] = (path) =>
    `Property '${path}' must have at least ${count} value${count === 1 ? '' : 's'}.`,
): BodyRule => ({
  validate: ArrayMinSize(count, broken(code, describe)),
  schema: { minItems: count },
});

/** Of collections: what is longer has no entry read, so that a hundred thousand of them keep nobody waiting. */
export const maxItems = (
  count: number,
  code = 'TooManyValues',
  describe: BrokenRule['describe'] = (path, value) =>
    `Property '${path}' cannot have more than ${count} values; it has ${(value as unknown[]).length}.`,
): BodyRule => ({
  atMostValues: { count, broken: { code, describe } },
  schema: { maxItems: count },
});

const outOfRange = (limit: string): ValidationOptions =>
  broken(
    'ValueOutOfRange',
    (path, value) => `Property '${path}' must be ${limit}; it is ${quoteForMessage(value)}.`,
  );

export const atLeast = (least: number): BodyRule => ({
  validate: Min(least, outOfRange(`at least ${least}`)),
  schema: { minimum: least },
});

export const atMost = (most: number): BodyRule => ({
  validate: Max(most, outOfRange(`at most ${most}`)),
  schema: { maximum: most },
});

/** A form of text, with the code and sentence of its own Graph error. */
export const matches = (pattern: RegExp, code: string, describe: BrokenRule['describe']): BodyRule => ({
  validate: Matches(pattern, broken(code, describe)),
  schema: { pattern: pattern.source },
});

/** Whatever a function can decide of one value. */
export const satisfies = (
  name: string,
  holds: (value: unknown) => boolean,
  code: string,
  describe: BrokenRule['describe'],
  schema: RuleSchema = {},
): BodyRule => ({
  validate: ValidateBy({ name, validator: { validate: holds } }, broken(code, describe)),
  schema,
});

/**
 * The rules that a deserialized body breaks, each with its path. Every rule carries the code and sentence of its Graph
 * error; a rule without them is a mistake of ours and throws.
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

/** More than an error shows. Whoever sends a million faults is not told of each, and keeps nobody waiting. */
export const ENOUGH_ISSUES = 100;

/** The first issues that are found, in steps; the rest is not looked for. What is looked through without one gives nothing. */
export function* enough(found: Iterable<BodyIssue | undefined>): Steps<BodyIssue[]> {
  const issues: BodyIssue[] = [];
  for (const issue of found) {
    if (issue !== undefined && issues.push(issue) === ENOUGH_ISSUES) break;
    yield;
  }
  return issues;
}
