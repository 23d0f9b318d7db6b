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
import { brokenRules } from '../odata/validate.js';
import { decoderOf, parseJsonObject } from './parse-json.js';
import { readBody } from './read-body.js';
import { contextOf } from './request-context.js';

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/** Reads, parses and checks a body by the class of the parameter. It runs after the guard: see `GraphBody`. */
class GraphBodyPipe<T extends object> implements PipeTransform<FastifyRequest, Promise<T>> {
  constructor(
    private readonly anyLabel: boolean,
    private readonly rules: (body: Partial<T>) => BodyIssue[],
  ) {}

  async transform(request: FastifyRequest, { metatype }: ArgumentMetadata): Promise<T> {
    const contentType = request.headers['content-type'];
    const bytes = await readBody(request.raw);
    if (!this.anyLabel && (contentType === undefined || !JSON_TYPE.test(contentType))) {
      throw bodyUnreadable(
        contentType === undefined
          ? 'The Content-Type header is missing; it must be application/json.'
          : `The Content-Type is '${contentType.slice(0, 100)}'; it must be application/json.`,
      );
    }
    const json = parseJsonObject(bytes, decoderOf(contentType));
    const { value, issues } = deserialize(metatype as Type<T>, json, contextOf(request).version ?? 'beta');
    const all = [...issues, ...brokenRules(value), ...this.rules(value)];
    if (all.length > 0) throw bodyNotValid(all);
    return value;
  }
}

const RequestOfBody = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

interface GraphBodyOptions<T extends object> {
  /** Read as JSON whatever the Content-Type says: a command line client calls its JSON a form (contract, clients.md 1). */
  readonly anyLabel?: boolean;
  /** What its properties may be together, which no one of them can say. What could not be read is undefined here. */
  readonly rules?: (body: Partial<T>) => BodyIssue[];
}

/**
 * The body of a Graph request, read only when the guard has let the caller in, deserialized by the service model and
 * valid by its rules.
 * @throws bodyUnreadable, bodyTooLarge, contentEncodingNotSupported, charsetNotSupported, bodyNotValid
 */
export const GraphBody = <T extends object>({
  anyLabel = false,
  rules = () => [],
}: GraphBodyOptions<T> = {}): ParameterDecorator => RequestOfBody(new GraphBodyPipe(anyLabel, rules));
