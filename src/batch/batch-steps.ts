import { validateHeaderName, validateHeaderValue } from 'node:http';
import { batchNotValid, batchTooLong } from '../graph/errors/catalogue/batch.js';
import { ENOUGH_ISSUES } from '../graph/odata/rules.js';
import { quoteForMessage } from '../graph/errors/quote-for-message.js';
import { stringifyExactly } from '../graph/http/exact-json.js';
import { METHODS, MOST_REQUESTS } from './batch.dto.js';

/** A request of a batch, as it is to be made. */
export interface Step {
  readonly id: string;
  readonly method: (typeof METHODS)[number];
  /** Below the version, beginning with a slash. */
  readonly url: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: Buffer;
  /** The places in the batch of the requests that must have succeeded before. */
  readonly dependsOn: readonly number[];
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly target: string;
}

type Json = Record<string, unknown>;

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;
const BASE64 = /^[\w+/-]*={0,2}$/;

/** As much as the head of a request that comes alone may have. */
const LONGEST_URL = 262_144;

const SCHEME_OR_HOST = /^([a-z][a-z\d+.-]*:|\/\/)/i;
// eslint-disable-next-line no-control-regex
const NOT_OF_A_URL = /[\u0000-\u001f\u007f\\#]/;
const DOT_SEGMENT = /^(\.|%2e){1,2}$/i;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The requests of a batch (docs/contract/api.md#6.6), or everything that is wrong with their form.
 * @throws batchTooLong, batchNotValid
 */
export function readSteps(requests: unknown): Step[] {
  if (!Array.isArray(requests) || requests.length === 0) {
    throw batchNotValid([
      requests === undefined
        ? { code: 'RequiredPropertyMissing', message: "Property 'requests' is required.", target: 'requests' }
        : {
            code: 'PropertyTypeMismatch',
            message: `Property 'requests' must be an array of 1 to ${MOST_REQUESTS} requests.`,
            target: 'requests',
          },
    ]);
  }
  if (requests.length > MOST_REQUESTS) throw batchTooLong(MOST_REQUESTS);
  return new BatchReader(requests).steps();
}

class BatchReader {
  private readonly faults: Fault[] = [];
  /** The place of each request by its id, in lower case. */
  private readonly places = new Map<string, number>();

  constructor(private readonly requests: readonly unknown[]) {}

  steps(): Step[] {
    const ids = this.requests.map((request, place) => this.id(request, place));
    const steps = this.requests.map((request, place) => this.step(request, ids[place]!, place));
    if (this.faults.length === 0) this.findCircle(steps);
    if (this.faults.length > 0) throw batchNotValid(this.faults);
    return steps;
  }

  private id(request: unknown, place: number): string {
    const target = `requests[${place}].id`;
    if (!isObject(request)) return '';
    const id = this.text(request.id, target);
    if (id === '') return id;
    const known = this.places.get(id.toLowerCase());
    if (known === undefined) this.places.set(id.toLowerCase(), place);
    else {
      this.fault(
        'DuplicateRequestId',
        `Property '${target}' is that of 'requests[${known}]' as well: '${quoteForMessage(id)}'. Ids are compared without regard to case.`,
        target,
      );
    }
    return id;
  }

  private step(request: unknown, id: string, place: number): Step {
    const at = `requests[${place}]`;
    if (!isObject(request)) {
      this.fault('PropertyTypeMismatch', `Property '${at}' must be an object.`, at);
      return { id, method: 'GET', url: '/', headers: {}, dependsOn: [] };
    }
    const headers = this.headers(request.headers ?? {}, `${at}.headers`);
    return {
      id,
      method: this.method(request.method, `${at}.method`),
      url: this.url(request.url, `${at}.url`),
      headers,
      payload: this.payload(request.body ?? undefined, headers['content-type'], at),
      dependsOn: this.dependsOn(request.dependsOn ?? [], place, `${at}.dependsOn`),
    };
  }

  private text(value: unknown, target: string): string {
    if (typeof value === 'string' && value !== '') return value;
    if (value === undefined || value === null || value === '') {
      this.fault('RequiredPropertyMissing', `Property '${target}' is required.`, target);
    } else this.fault('PropertyTypeMismatch', `Property '${target}' must be a string.`, target);
    return '';
  }

  private method(value: unknown, target: string): Step['method'] {
    const text = this.text(value, target);
    const method = METHODS.find((candidate) => candidate === text.toUpperCase());
    if (method === undefined && text !== '') {
      this.fault(
        'InvalidMethod',
        `Property '${target}' must be one of ${METHODS.join(', ')}; it is '${quoteForMessage(text)}'.`,
        target,
      );
    }
    return method ?? 'GET';
  }

  private url(value: unknown, target: string): string {
    const url = this.text(value, target);
    if (url.length > LONGEST_URL) {
      this.fault('InvalidUrl', `Property '${target}' may have ${LONGEST_URL} characters at most.`, target);
      return '/';
    }
    const wrong = SCHEME_OR_HOST.test(url)
      ? "must be relative to the version, such as '/external/connections'"
      : NOT_OF_A_URL.test(url)
        ? 'may have neither a backslash nor a fragment nor control characters'
        : url
              .split('?', 1)[0]!
              .split('/')
              .some((segment) => DOT_SEGMENT.test(segment))
          ? "may not have the segments '.' and '..'"
          : undefined;
    if (wrong !== undefined) {
      this.fault('InvalidUrl', `Property '${target}' ${wrong}; it is '${quoteForMessage(url)}'.`, target);
    }
    return url.startsWith('/') ? url : `/${url}`;
  }

  private headers(value: unknown, target: string): Record<string, string> {
    if (!isObject(value)) {
      this.fault('PropertyTypeMismatch', `Property '${target}' must be an object of strings.`, target);
      return {};
    }
    const headers: [string, string][] = [];
    for (const [name, text] of Object.entries(value)) {
      if (this.faults.length >= ENOUGH_ISSUES) break;
      const at = `${target}.${quoteForMessage(name)}`;
      if (typeof text !== 'string') {
        this.fault('PropertyTypeMismatch', `Property '${at}' must be a string.`, at);
        continue;
      }
      try {
        validateHeaderName(name);
        validateHeaderValue(name, text);
      } catch {
        this.fault('InvalidHeader', `Property '${at}' is no HTTP header.`, at);
      }
      headers.push([name.toLowerCase(), text.trim()]);
    }
    return Object.fromEntries(headers);
  }

  private payload(body: unknown, contentType: string | undefined, at: string): Buffer | undefined {
    if (body === undefined) return undefined;
    if (contentType === undefined || contentType === '') {
      this.fault(
        'ContentTypeMissing',
        `'${at}' has a body and no header Content-Type.`,
        `${at}.headers.Content-Type`,
      );
      return undefined;
    }
    // A client that labels its JSON as something else, as one does (docs/contract/clients.md#1), sends an object here too.
    if (typeof body !== 'string' || JSON_TYPE.test(contentType)) return Buffer.from(stringifyExactly(body));
    if (!BASE64.test(body) || body.replace(/=+$/, '').length % 4 === 1) {
      this.fault(
        'InvalidBase64',
        `Property '${at}.body' must be base64, since the Content-Type is '${quoteForMessage(contentType)}'.`,
        `${at}.body`,
      );
    }
    return Buffer.from(body, 'base64');
  }

  private dependsOn(value: unknown, place: number, target: string): number[] {
    if (!Array.isArray(value) || !value.every((id) => typeof id === 'string')) {
      this.fault('PropertyTypeMismatch', `Property '${target}' must be an array of strings.`, target);
      return [];
    }
    if (value.length > MOST_REQUESTS) {
      this.fault('TooManyValues', `Property '${target}' may name ${MOST_REQUESTS} requests at most.`, target);
      return [];
    }
    const places = new Set<number>();
    for (const id of value) {
      const found = this.places.get(id.toLowerCase());
      if (found === undefined) {
        this.fault(
          'UnknownDependency',
          `'${target}' names '${quoteForMessage(id)}', which no request has.`,
          target,
        );
      } else if (found === place) {
        this.fault('CircularDependency', `'${target}' names the request itself.`, target);
      } else places.add(found);
    }
    return [...places];
  }

  /** Takes away what can begin until nothing is left, or a circle. */
  private findCircle(steps: readonly Step[]): void {
    const waiting = new Set(steps.keys());
    let before: number;
    do {
      before = waiting.size;
      for (const place of waiting) {
        if (!steps[place]!.dependsOn.some((other) => waiting.has(other))) waiting.delete(place);
      }
    } while (waiting.size < before);
    if (waiting.size === 0) return;
    const ids = [...waiting].map((place) => `'${quoteForMessage(steps[place]!.id)}'`);
    const [first] = waiting;
    this.fault(
      'CircularDependency',
      `The requests ${ids.join(', ')} can never begin: dependencies among them go round in a circle.`,
      `requests[${first}].dependsOn`,
    );
  }

  private fault(code: string, message: string, target: string): void {
    this.faults.push({ code, message, target });
  }
}
