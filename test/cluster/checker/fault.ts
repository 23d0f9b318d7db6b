import type { Call } from '../history.js';

/** Something that cannot be where nothing acknowledged is lost, with the requests that show it. */
export interface Fault {
  /** The object, or what was counted. */
  readonly of: string;
  readonly rule: string;
  readonly shownBy: readonly Call[];
}

const shortened = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);

function described({ client, server, kind, path, body, start, end, answer, failure }: Call): string {
  const sent = body === undefined ? '' : ` ${shortened(JSON.stringify(body))}`;
  const came =
    answer === undefined ? failure : `${answer.status} ${shortened(JSON.stringify(answer.body ?? ''))}`;
  return `${start.toFixed(1)} to ${end.toFixed(1)} ms, ${client} to server ${server}: ${kind} ${path}${sent} -> ${came}`;
}

/** A fault with the part of the history that shows it, in the order of time. */
export const describeFault = ({ of, rule, shownBy }: Fault): string =>
  [
    `${of}: ${rule}`,
    ...shownBy.toSorted((a, b) => a.start - b.start).map((call) => `    ${described(call)}`),
  ].join('\n');
