import { graphClient } from './graph.js';
import type { Settings } from './settings.js';

const MOST_SHOWN = 3;

/** The part of an answer of search that is shown. */
interface SearchAnswer {
  readonly value: readonly {
    readonly hitsContainers: readonly {
      readonly total: number;
      readonly hits?: readonly {
        readonly summary: string;
        readonly resource: { readonly properties: { readonly title?: string; readonly url?: string } };
      }[];
    }[];
  }[];
}

/**
 * What a signed-in user finds of the connection, as lines of text. Search takes no token of an application: Microsoft Graph
 * trims its results by the access control lists of the items, so it must know who asks.
 */
export async function searchAsUser(settings: Settings, userToken: string, query: string): Promise<string[]> {
  const graph = graphClient(settings, { get: () => Promise.resolve(userToken) });
  const answer = (await graph.api('/search/query').post({
    requests: [
      {
        entityTypes: ['externalItem'],
        contentSources: [`/external/connections/${settings.connectionId}`],
        query: { queryString: query },
        size: MOST_SHOWN,
      },
    ],
  })) as SearchAnswer;
  const { total = 0, hits = [] } = answer.value[0]?.hitsContainers[0] ?? {};
  return [
    `The user of USER_TOKEN finds ${total} items by '${query}'.`,
    ...hits.map(
      ({ summary, resource: { properties } }) =>
        `  ${properties.title ?? ''} (${properties.url ?? ''}): ${summary}`,
    ),
  ];
}
