import {
  ArrayMinSize,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  type ValidationOptions,
} from 'class-validator';
import { shown } from '../errors/shown.js';

/** The limits that OpenAPI has words for. */
type RuleSchema = Partial<
  Record<'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'minimum' | 'maximum', number> & {
    pattern: string;
  }
>;

/** A limit of a property: how it is checked, and what the OpenAPI document says of it. */
export interface Rule {
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
export const notBlank = (options: ValidationOptions = {}): Rule => ({
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
export const maxLength = (length: number): Rule => ({
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
): Rule => ({
  validate: ArrayMinSize(count, broken(code, describe)),
  schema: { minItems: count },
});

/** Of collections: what is longer has no entry read, so that a hundred thousand of them keep nobody waiting. */
export const maxItems = (
  count: number,
  code = 'TooManyValues',
  describe: BrokenRule['describe'] = (path, value) =>
    `Property '${path}' cannot have more than ${count} values; it has ${(value as unknown[]).length}.`,
): Rule => ({
  atMostValues: { count, broken: { code, describe } },
  schema: { maxItems: count },
});

const outOfRange = (limit: string): ValidationOptions =>
  broken('ValueOutOfRange', (path, value) => `Property '${path}' must be ${limit}; it is ${shown(value)}.`);

export const atLeast = (least: number): Rule => ({
  validate: Min(least, outOfRange(`at least ${least}`)),
  schema: { minimum: least },
});

export const atMost = (most: number): Rule => ({
  validate: Max(most, outOfRange(`at most ${most}`)),
  schema: { maximum: most },
});

/** A form of text, with the code and sentence of its own Graph error. */
export const matches = (pattern: RegExp, code: string, describe: BrokenRule['describe']): Rule => ({
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
): Rule => ({
  validate: ValidateBy({ name, validator: { validate: holds } }, broken(code, describe)),
  schema,
});
