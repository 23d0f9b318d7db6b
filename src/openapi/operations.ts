import type { OpenAPIObject } from '@nestjs/swagger';
import type { Permission } from '../identity/permissions/permissions.js';
import type { PERMISSIONS_EXTENSION } from '../identity/permissions/require-permissions.js';

interface Answer {
  content?: Record<string, { schema?: unknown; example?: unknown; examples?: unknown }>;
}

/** An operation of the document, as far as we change it. */
export interface Operation {
  operationId?: string;
  description?: string;
  security?: Record<string, string[]>[];
  parameters?: readonly { name: string }[];
  requestBody?: unknown;
  responses: Record<string, Answer>;
  [PERMISSIONS_EXTENSION]?: Record<
    'delegatedWork' | 'delegatedPersonal' | 'application',
    readonly Permission[]
  >;
}

/** Every operation of the document. */
export const operationsOf = ({ paths }: OpenAPIObject): Operation[] =>
  Object.values(paths).flatMap((path) => Object.values(path) as Operation[]);
