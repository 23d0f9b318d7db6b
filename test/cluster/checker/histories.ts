import type { Answer, Call, Claim, Said } from '../history.js';

const call = (start: number, end: number, more: Partial<Call> = {}): Call => ({
  client: 'someone',
  server: 0,
  kind: 'GET connection',
  path: '/beta/external/connections/a1',
  connected: start,
  start,
  end,
  expected: [200],
  answer: { status: 200, body: {} },
  ...more,
});

/** A claim of a history that is made by hand: what was said, when its request began, when it ended. */
export const said = (what: Said, start: number, end: number, value?: string): Claim => ({
  object: 'a1',
  said: what,
  value,
  start,
  end,
  call: call(start, end),
});

/** A write without an answer: it may happen at any time, or never. */
export const uncertain = (what: Said, start: number, value?: string): Claim =>
  said(what, start, Infinity, value);

/** A request whose answer is looked at for itself. */
export const answered = (status: number, start: number, end: number, more: Partial<Answer> = {}): Call =>
  call(start, end, { answer: { status, body: {}, ...more } });

/** A request without an answer, on a connection that may be older. */
export const unanswered = (server: number, start: number, end: number, connected = start): Call =>
  call(start, end, { server, connected, answer: undefined, failure: 'ECONNRESET' });
