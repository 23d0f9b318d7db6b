export const ACTIVITIES_EXAMPLES = {
  viewed: {
    summary: 'A user viewed the item',
    value: {
      activities: [
        {
          type: 'viewed',
          startDateTime: '2026-11-24T18:05:10Z',
          performedBy: { type: 'user', id: '2f1a1d2c-0a3b-4c5d-8e6f-112233445566' },
        },
      ],
    },
  },
};
