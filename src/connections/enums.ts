import type { EnumType } from '../graph/odata/edm.js';

/** docs/contract/api.md#1.1. */
export const CONNECTION_STATE: EnumType = {
  name: 'connectionState',
  members: ['draft', 'ready', 'obsolete', 'limitExceeded'],
};

export const CONTENT_CATEGORY: EnumType = {
  name: 'contentCategory',
  members: [
    'uncategorized',
    'knowledgeBase',
    'wikis',
    'fileRepository',
    'qna',
    'crm',
    'dashboard',
    'people',
    'media',
    'email',
    'messaging',
    'meetingTranscripts',
    'taskManagement',
    'learningManagement',
  ],
};

/** The default category of a connection (docs/contract/field.md#3.4). */
export const DEFAULT_CONTENT_CATEGORY = 'uncategorized';

export const CONTENT_EXPERIENCE_TYPE: EnumType = {
  name: 'contentExperienceType',
  members: ['search', 'compliance'],
  flags: true,
};

/** docs/contract/api.md#1.3. The first member is the word "null", not the absence of a value. */
export const RULE_OPERATION: EnumType = {
  name: 'ruleOperation',
  members: [
    'null',
    'equals',
    'notEquals',
    'contains',
    'notContains',
    'lessThan',
    'greaterThan',
    'startsWith',
  ],
};

export const BINARY_OPERATOR: EnumType = { name: 'binaryOperator', ofGraph: true, members: ['or', 'and'] };
