import type { EnumType } from '../graph/odata/edm.js';

/** docs/contract/api.md#1.5. */
export const PROPERTY_TYPE: EnumType = {
  name: 'propertyType',
  members: [
    'string',
    'int64',
    'double',
    'dateTime',
    'boolean',
    'stringCollection',
    'int64Collection',
    'doubleCollection',
    'dateTimeCollection',
  ],
  evolved: ['principal', 'principalCollection'],
};

export type PropertyType =
  | 'string'
  | 'int64'
  | 'double'
  | 'dateTime'
  | 'boolean'
  | 'stringCollection'
  | 'int64Collection'
  | 'doubleCollection'
  | 'dateTimeCollection'
  | 'principal'
  | 'principalCollection';

/** docs/contract/api.md#1.5; two names of the pages are taken for those of the model (docs/contract/api.md#10.10). */
export const LABEL: EnumType = {
  name: 'label',
  members: [
    'title',
    'url',
    'createdBy',
    'lastModifiedBy',
    'authors',
    'createdDateTime',
    'lastModifiedDateTime',
    'fileName',
    'fileExtension',
  ],
  evolved: [
    'containerName',
    'containerUrl',
    'iconUrl',
    'assignedToPeople',
    'closedBy',
    'closedDate',
    'priority',
    'sprintName',
    'tags',
    'severity',
    'state',
    'dueDate',
    'itemParentId',
    'itemPath',
    'itemType',
    'numberOfReactions',
    'parentUrl',
    'priorityNormalized',
    'reportedBy',
    'secondaryId',
    'personEmails',
    'personAddresses',
    'personAnniversaries',
    'personName',
    'personNote',
    'personPhones',
    'personCurrentPosition',
    'personWebAccounts',
    'personWebSite',
    'personSkills',
    'personProjects',
    'personAccount',
    'personAwards',
    'personCertifications',
    'personAssistants',
    'personColleagues',
    'personManager',
    'personAlternateContacts',
    'personEmergencyContacts',
    'personEducationalActivities',
    'personInterests',
    'personLanguages',
    'personPublications',
    'personPatents',
    'personWorkPositions',
  ],
  aliases: { assignedTo: 'assignedToPeople', numReactions: 'numberOfReactions' },
};

/** docs/contract/api.md#1.5; beta only. */
export const IMPORTANCE_SCORE: EnumType = {
  name: 'importanceScore',
  members: ['low', 'medium', 'high', 'veryHigh'],
};
