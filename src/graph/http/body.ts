import {
  type ArgumentMetadata,
  createParamDecorator,
  type ExecutionContext,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type BodyIssue, bodyNotValid, bodyUnreadable } from '../errors/catalogue/request.js';
import { deserialize } from '../odata/deserialize.js';
import { brokenRules } from '../odata/rules.js';
import { inTurns } from '../turns.js';
import { decoderOf, jsonObject } from './parse-json.js';
import { readBody } from './read-body.js';
import { contextOf } from './request-context.js';
import './under-way.js';

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/** A body in which what could not be read is undefined, and what is wrong with it so far. */
export interface ReadBody<T extends object> {
  readonly value: T;
  readonly issues: readonly BodyIssue[];
}

/** Reads, parses and checks a body by the class of the parameter. It runs after the guard: see `GraphBody`. */
class GraphBodyPipe<T extends object> implements PipeTransform<FastifyRequest, Promise<T | ReadBody<T>>> {
  constructor(
    private readonly anyLabel: boolean,
    private readonly withIssues: Type<T> | undefined,
  ) {}

  async transform(request: FastifyRequest, { metatype }: ArgumentMetadata): Promise<T | ReadBody<T>> {
    const contentType = request.headers['content-type'];
    const bytes = await readBody(request.raw, { count: (count) => request.underWay?.read(count) });
    if (!this.anyLabel && (contentType === undefined || !JSON_TYPE.test(contentType))) {
      throw bodyUnreadable(
        contentType === undefined
          ? 'The Content-Type header is missing; it must be application/json.'
          : `The Content-Type is '${contentType.slice(0, 100)}'; it must be application/json.`,
      );
    }
    await request.underWay?.enter(bytes.length);
    const json = await inTurns(jsonObject(bytes, decoderOf(contentType)));
    const type = this.withIssues ?? (metatype as Type<T>);
    const { value, issues } = await inTurns(deserialize(type, json, contextOf(request).version ?? 'beta'));
    const all = [...issues, ...brokenRules(value)];
    if (this.withIssues !== undefined) return { value, issues: all };
    if (all.length > 0) throw bodyNotValid(all);
    return value;
  }
}

const RequestOfBody = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

interface GraphBodyOptions<T extends object> {
  /** Read as JSON whatever the Content-Type says: a command line client calls its JSON a form (docs/contract/clients.md#1). */
  readonly anyLabel?: boolean;
  /**
   * The class of a body of which a service has more to say. The parameter is a `ReadBody`, and the service throws its issues
   * together with its own, so that one error lists everything that is wrong.
   */
  readonly withIssues?: Type<T>;
}

/**
 * The body of a Graph request, read only when the guard has let the caller in, deserialized by the service model and
 * valid by its rules.
 * @throws bodyUnreadable, bodyTooLarge, contentEncodingNotSupported, charsetNotSupported, bodyNotValid, tooMuchUnderWay
 */
export const GraphBody = <T extends object>({
  anyLabel = false,
  withIssues,
}: GraphBodyOptions<T> = {}): ParameterDecorator => RequestOfBody(new GraphBodyPipe(anyLabel, withIssues));
