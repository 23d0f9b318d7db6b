import type { OpenAPIObject } from '@nestjs/swagger';
import { accessTokenEmpty } from '../graph/errors/catalogue/authentication.js';
import { connectionAlreadyExists, connectionNotFound } from '../graph/errors/catalogue/connection.js';
import { permissionMissing } from '../graph/errors/catalogue/permission.js';
import {
  bodyNotValid,
  bodyTooLarge,
  contentEncodingNotSupported,
  resourceModified,
  uriNotValid,
} from '../graph/errors/catalogue/request.js';
import { tooMuchUnderWay } from '../graph/errors/catalogue/throttling.js';
import { databaseNotAvailable, unexpectedFailure } from '../graph/errors/catalogue/service.js';
import { type GraphError, renderGraphError } from '../graph/errors/graph-error.js';
import { OF_ONE } from '../graph/http/account.js';
import { MOST_BYTES } from '../graph/http/read-body.js';
import { PERMISSIONS_EXTENSION } from '../identity/permissions/require-permissions.js';
import { type Operation, operationsOf } from './operations.js';

const ID = '5c1c2f0e-7a4e-4f6b-9c55-0d8e0a1b2c3d';
const DATE = new Date('2026-11-23T18:05:10Z');

/** One typical failure a status: 403 names the permissions of its operation, 400 what a caller can get wrong there. */
const TYPICAL: Record<string, (operation: Operation) => GraphError> = {
  400: ({ requestBody }) =>
    requestBody === undefined
      ? uriNotValid()
      : bodyNotValid([
          {
            foundBy: 'rules',
            code: 'RequiredPropertyMissing',
            message: "Property 'name' is required.",
            target: 'name',
          },
        ]),
  401: accessTokenEmpty,
  403: ({ [PERMISSIONS_EXTENSION]: declared }) =>
    permissionMissing('application', declared?.application ?? [], []),
  404: connectionNotFound,
  409: () => connectionAlreadyExists('contosohr'),
  412: () => resourceModified('Connection'),
  413: () => bodyTooLarge(MOST_BYTES),
  415: () => contentEncodingNotSupported('zstd'),
  429: () => tooMuchUnderWay('requests', OF_ONE.requests),
  500: () => unexpectedFailure(undefined),
  503: () => databaseNotAvailable(undefined),
};

/** Shows with each failure of an operation what such a body says, in the catalogue's own words. */
export function addErrorExamples(document: OpenAPIObject): OpenAPIObject {
  for (const operation of operationsOf(document)) {
    for (const [status, { content }] of Object.entries(operation.responses)) {
      const typical = TYPICAL[status]?.(operation);
      const json = content?.['application/json'];
      if (typical === undefined || json === undefined || 'example' in json || 'examples' in json) continue;
      json.example = JSON.parse(renderGraphError(typical, { requestId: ID, clientRequestId: ID }, DATE));
    }
  }
  return document;
}
