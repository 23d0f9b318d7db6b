import type { OpenAPIObject } from '@nestjs/swagger';
import type { Permission } from '../identity/permissions/permissions.js';
import { PERMISSIONS_EXTENSION } from '../identity/permissions/require-permissions.js';

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

const cell = (permissions: readonly Permission[]): string =>
  permissions.length === 0 ? 'Not supported.' : permissions.join(', ');

/** Writes the declared permissions of each operation as the table of Microsoft's own reference pages. */
export function describePermissions(document: OpenAPIObject): OpenAPIObject {
  for (const operation of operationsOf(document)) {
    const declared = operation[PERMISSIONS_EXTENSION];
    if (declared === undefined) continue;
    operation.description = [
      operation.description,
      '',
      '| Permission type | Permissions (from least to most privileged) |',
      '|:---|:---|',
      `| Delegated (work or school account) | ${cell(declared.delegatedWork)} |`,
      `| Delegated (personal Microsoft account) | ${cell(declared.delegatedPersonal)} |`,
      `| Application | ${cell(declared.application)} |`,
    ].join('\n');
  }
  return document;
}
