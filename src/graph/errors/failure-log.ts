import { GraphError, isSelfRendering } from './graph-error.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the answer is an error, for the log. */
    refusal?: Refusal;
  }
}

/** Why a request was refused, as its log line has it: many clients print the outer sentence alone (docs/contract/field.md#5.10). */
interface Refusal {
  readonly code: string;
  readonly message: string;
  /** The property, parameter or header that is at fault. */
  readonly target?: string;
}

const LONGEST_MESSAGE = 500;
const LONGEST_NAME = 128;
const LONGEST_PATH = 2_048;

/** Control characters, of which some begin a line and some are commands to a terminal, and those that turn the direction of text. */
const NOT_PRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A JSON Web Token, also a part of one. */
const TOKEN = /\beyJ[\w-]{10,}(\.[\w-]*){0,2}/g;

/** Looks random, like a secret: capitals, small letters and digits in one long word. */
const SECRET = /(?=[\w~.-]*\d)(?=[\w~.-]*[A-Z])(?=[\w~.-]*[a-z])[\w~.-]{20,}/g;

/** Text of a client for a log line: cut, and without characters that cannot be printed. */
export function printable(text: string, longest: number): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut
    .toWellFormed()
    .replace(NOT_PRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The path of an address, without its query, which may have a secret. */
export const printablePath = (url: string): string => printable(url.split('?', 1)[0]!, LONGEST_PATH);

/** The inner code and message (the outer ones if there are no inner ones) and the target; never a token. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (isSelfRendering(error))
    return {
      code: error.code,
      // A client that sends its secret as the id gets it back in the message; the log must not contain it.
      message: printable(error.message.replace(`${error.code}: `, ''), LONGEST_MESSAGE)
        .replace(TOKEN, '***')
        .replace(SECRET, '***'),
    };
  if (!(error instanceof GraphError)) return undefined;
  const [detail] = error.details ?? [];
  const { code, message } = error.inner ?? detail ?? error;
  return {
    code: printable(code, LONGEST_NAME),
    message: printable(message, LONGEST_MESSAGE).replace(TOKEN, '***'),
    target: detail?.target === undefined ? undefined : printable(detail.target, LONGEST_NAME),
  };
}

interface Loggable {
  readonly type?: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: Loggable;
}

/**
 * A failure as the log may have it: what happened and where, and none of the other members that libraries hang on their
 * errors. TypeORM's carry the parameters of the statement, which are what clients sent.
 */
export function loggable(failure: unknown): Loggable {
  if (!(failure instanceof Error)) return { message: String(failure) };
  const { code } = failure as { code?: string };
  return {
    type: failure.name,
    code,
    message: failure.message,
    stack: failure.stack,
    cause: failure.cause === undefined ? undefined : loggable(failure.cause),
  };
}
