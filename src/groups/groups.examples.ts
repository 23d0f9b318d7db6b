const GROUP = {
  id: 'nightShift',
  displayName: 'Night shift',
  description: 'Everyone who works at night',
};

const IDENTITY = { id: '2f1a1d2c-0a3b-4c5d-8e6f-112233445566', type: 'user' };

const GROUPS = "http://127.0.0.1:3000/beta/$metadata#external/connections('contosohr')/groups";
const MEMBERS = `${GROUPS}('nightShift')/members`;

export const CREATE_GROUP_EXAMPLES = { nightShift: { summary: 'A group', value: GROUP } };

export const UPDATE_GROUP_EXAMPLES = {
  name: { summary: 'Another name', value: { displayName: 'Late shift' } },
};

export const GROUP_EXAMPLE = { '@odata.context': `${GROUPS}/$entity`, ...GROUP };

export const GROUPS_EXAMPLE = { '@odata.context': GROUPS, value: [GROUP] };

export const ADD_MEMBER_EXAMPLES = {
  user: { summary: 'A user of the directory', value: IDENTITY },
  group: {
    summary: 'A group of the directory',
    value: { id: 'e5477431-1bf5-4f2d-8a4b-0f3d1c9a6b72', type: 'group' },
  },
  externalGroup: {
    summary: 'A group of the same connection',
    value: { id: 'guards', type: 'externalGroup' },
  },
  olderForm: {
    summary: 'The same in the form of an older beta',
    value: { id: 'guards', type: 'group', identitySource: 'external' },
  },
};

export const MEMBER_EXAMPLE = { '@odata.context': `${MEMBERS}/$entity`, ...IDENTITY };

export const MEMBERS_EXAMPLE = { '@odata.context': MEMBERS, value: [IDENTITY] };
