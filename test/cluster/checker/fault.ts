import type { Claim } from '../history.js';

/** A request, and what of its answer matters. */
export type Evidence = Pick<Claim, 'call'> & Partial<Pick<Claim, 'said' | 'value'>>;

/** Something that cannot be where nothing acknowledged is lost, with the requests that show it. */
export interface Fault {
  /** The object, or what was counted. */
  readonly of: string;
  readonly rule: string;
  readonly shownBy: readonly Evidence[];
}

const shortened = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);

function described({ call, said, value }: Evidence): string {
  const { client, server, kind, path, body, start, end, answer, failure } = call;
  const when = `${start.toFixed(1)} to ${end.toFixed(1)} ms`;
  const sent = body === undefined ? '' : ` ${shortened(JSON.stringify(body))}`;
  const came = answer === undefined ? failure : String(answer.status);
  // What an answer says of the object is clearer than a page of others.
  const says = said === undefined ? shortened(JSON.stringify(answer?.body ?? '')) : `${said} ${value ?? ''}`;
  return `${when}, ${client} to server ${server}: ${kind} ${path}${sent} -> ${came}, ${says}`.trimEnd();
}

/** A fault with the part of the history that shows it, in the order of time. */
export const describeFault = ({ of, rule, shownBy }: Fault): string =>
  [
    `${of}: ${rule}`,
    ...shownBy
      .toSorted((a, b) => a.call.start - b.call.start)
      .map((evidence) => `    ${described(evidence)}`),
  ].join('\n');
