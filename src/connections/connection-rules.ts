import { type BodyRule, matches, satisfies } from '../graph/odata/rules.js';
import { quoteForMessage } from '../graph/errors/quote-for-message.js';

/** docs/contract/api.md#1.1; compared without regard to case, as ids are. */
const RESERVED_IDS = new Set(
  [
    'None',
    'Directory',
    'Exchange',
    'ExchangeArchive',
    'LinkedIn',
    'Mailbox',
    'OneDriveBusiness',
    'SharePoint',
    'Teams',
    'Yammer',
    'Connectors',
    'TaskFabric',
    'PowerBI',
    'Assistant',
    'TopicEngine',
    'MSFT_All_Connectors',
  ].map((id) => id.toLowerCase()),
);

/** The form in which ids are compared and stored as a key. */
export const normalizedId = (id: string): string => id.toLowerCase();

const isReservedId = (id: string): boolean =>
  RESERVED_IDS.has(normalizedId(id)) || normalizedId(id).startsWith('microsoft');

const text = (value: unknown): string => value as string;

/** The rules of a connection id (docs/contract/errors.md#c1 to #c3). */
export const CONNECTION_ID_RULES: readonly BodyRule[] = [
  satisfies(
    'connectionIdLength',
    (value) => text(value).length >= 3 && text(value).length <= 32,
    'InvalidConnectionId',
    (_, value) => `Connection id '${quoteForMessage(value)}' must be between 3 and 32 characters long.`,
    { minLength: 3, maxLength: 32 },
  ),
  matches(
    /^[A-Za-z0-9]*$/,
    'InvalidConnectionId',
    (_, value) => `Connection id '${quoteForMessage(value)}' must contain only alphanumeric characters.`,
  ),
  satisfies(
    'connectionIdFree',
    (value) => !isReservedId(text(value)),
    'InvalidConnectionId',
    (_, value) => `Connection id '${quoteForMessage(value)}' is reserved.`,
  ),
];

/** The rule of a result layout's id (docs/contract/errors.md#c11). */
export const DISPLAY_TEMPLATE_ID_RULE: BodyRule = matches(
  /^[A-Za-z0-9]{1,16}$/,
  'InvalidDisplayTemplateId',
  (_, value) =>
    `Display template id '${quoteForMessage(value)}' must contain 1 to 16 alphanumeric characters.`,
);

const NEWEST_EDISCOVERY_VERSION = 1.2;

function fitsEDiscovery(layout: unknown): boolean {
  const { version } = layout as { version?: unknown };
  const isNewer = typeof version === 'string' && Number.parseFloat(version) > NEWEST_EDISCOVERY_VERSION;
  return !isNewer && !JSON.stringify(layout).includes('${');
}

/** What eDiscovery can show (docs/contract/api.md#1.3); that texts have no markdown is not checked. */
export const EDISCOVERY_LAYOUT_RULE: BodyRule = satisfies(
  'eDiscoveryLayout',
  (value) =>
    (value as { layout?: unknown }[]).every(({ layout }) => layout === undefined || fitsEDiscovery(layout)),
  'InvalidEDiscoveryTemplate',
  (path) =>
    `The layouts of '${path}' must be Adaptive Cards of version 1.2 at most, without '\${...}' bindings; '{property}' is possible.`,
);

function isRegularExpression(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Some patterns are valid in one of these modes only: `\\d-\\w` in classes, `\\p{...}` with braces, set operations. */
const MODES = ['', 'u', 'v'];

/** `urlPattern` is a regular expression of ECMA-262, in any of its modes (docs/contract/field.md#3.6). It is never run. */
export const URL_PATTERN_RULE: BodyRule = satisfies(
  'regularExpression',
  (value) => MODES.some((flags) => isRegularExpression(text(value), flags)),
  'InvalidUrlPattern',
  (path, value) =>
    `Property '${path}' must be a regular expression (ECMA-262); it is '${quoteForMessage(value)}'.`,
);
