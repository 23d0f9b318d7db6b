import type { PermissionDeclaration } from '../identity/permissions/permissions.js';

/** Of search and of retrieval: no application may (docs/contract/search.md#1, docs/contract/retrieval.md#1). */
export const SEARCH_ITEMS: PermissionDeclaration = { delegated: ['ExternalItem.Read.All'], application: [] };
