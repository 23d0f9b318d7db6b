import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import type { Answer } from './http.js';

type Json = Record<string, any>;

/** Open types of the service model: members that it does not declare may be there (docs/contract/api.md#1.2, #1.6 and #1.8). */
const OPEN = new Set([
  'microsoft.graph.externalConnectors.configuration',
  'microsoft.graph.externalConnectors.properties',
  'microsoft.graph.publicInnerError',
]);

/** The schemas, each closed unless its type is open: what is not declared is not there. */
function closed(schemas: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      schema.properties === undefined || OPEN.has(name) ? schema : { additionalProperties: false, ...schema },
    ]),
  );
}

/** Compares what a server says with what its OpenAPI document says of it. */
export class Declared {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(private readonly document: OpenAPIObject) {
    formats.default(this.ajv);
    const components = { schemas: closed(document.components?.schemas ?? {}) };
    this.ajv.addSchema({ $id: 'document', components });
  }

  /** What is wrong with an answer to `method path`, where `path` is written as in the document. */
  faultsOf({ status, headers, body, text }: Answer, method: string, path: string): string[] {
    const { responses } = this.operation(method, path);
    const declared = responses[status];
    if (declared === undefined) return [`status ${status} is not declared`];
    const type = headers.get('content-type')?.split(';', 1)[0] ?? 'none';
    if (declared.content === undefined) {
      return text === '' && type === 'none' ? [] : [`the body is not declared: ${type} ${text}`];
    }
    const schema = declared.content?.[type]?.schema;
    return schema === undefined
      ? [`content type ${type} is not declared for ${status}`]
      : this.check(schema, body);
  }

  /** What the document has against a body that a client sends. */
  faultsOfRequest(body: unknown, method: string, path: string): string[] {
    const { schema } = this.operation(method, path).requestBody.content['application/json'];
    return this.check(schema, body);
  }

  assertAnswer(answer: Answer, method: string, path: string): void {
    expect(this.faultsOf(answer, method, path), `${method} ${path}: ${answer.text}`).toEqual([]);
  }

  private operation(method: string, path: string): Json {
    const operation = (this.document.paths[path] as Json | undefined)?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`The document has no ${method} ${path}.`);
    return operation;
  }

  private check(schema: Json, value: unknown): string[] {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
    let validate = this.compiled.get(text);
    if (validate === undefined) {
      validate = this.ajv.compile(JSON.parse(text));
      this.compiled.set(text, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }
}
