import { validConnection } from './connections.js';

/** An adaptive card with these elements. */
export const card = (...body: unknown[]): object => ({ type: 'AdaptiveCard', version: '1.2', body });

const textBlock = (text: string): object => ({ type: 'TextBlock', text });

export const GOOD_CARD = card(textBlock('x'));
export const BROKEN_CARD = card({ type: 'Paragraph', text: 'x' });

/** Within the bounds, and among the hardest to read that are. */
export const HARD_CARD = card(
  ...Array.from({ length: 160 }, () => textBlock(`\${${'{a:'.repeat(48)}a${')'.repeat(48)}}`)),
);

const templates = (layouts: readonly object[]): object[] =>
  layouts.map((layout, index) => ({ id: `card${index}`, priority: index, layout }));

export const withSearchCards = (...layouts: object[]): Record<string, unknown> => ({
  searchSettings: { searchResultTemplates: templates(layouts) },
});

export const withEDiscoveryCards = (...layouts: object[]): Record<string, unknown> => ({
  complianceSettings: { eDiscoveryResultTemplates: templates(layouts) },
});

/** The body of a new connection with these cards. */
export const connectionWithCards = (...layouts: object[]): Record<string, unknown> =>
  validConnection(withSearchCards(...layouts));
