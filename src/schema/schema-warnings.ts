import type { SchemaPropertyDto } from './schema.dto.js';

const IN_COPILOT = ['title', 'url', 'iconUrl'];
const ACCOUNT = 'personAccount';
/** In the model, and not supported (docs/contract/field.md#2.4). */
const NOT_SUPPORTED = [
  'personManager',
  'personAssistants',
  'personColleagues',
  'personAlternateContacts',
  'personEmergencyContacts',
];

/**
 * Warnings for the log about a valid schema with which a connector will not work as expected (docs/contract/field.md#2.4 and #2.6).
 * @param ofPeople whether its connection is one of people
 */
export function schemaWarnings(properties: readonly SchemaPropertyDto[], ofPeople: boolean): string[] {
  const labels = new Map(
    properties.flatMap(({ name, labels: of }) => (of ?? []).map((label) => [label, name])),
  );
  const missing = IN_COPILOT.filter((label) => !labels.has(label));
  const account =
    ofPeople && !labels.has(ACCOUNT)
      ? [`the label ${ACCOUNT} is on no property. Without it an item of people data belongs to no person.`]
      : [];
  const copilot =
    !ofPeople && missing.length > 0
      ? [
          `these labels are on no property: ${missing.join(', ')}. Without them its items do not show in Copilot.`,
        ]
      : [];
  const unsupported = NOT_SUPPORTED.filter((label) => labels.has(label)).map(
    (label) => `Microsoft 365 does not support the label ${label} of property '${labels.get(label)!}' yet.`,
  );
  return [...account, ...copilot, ...unsupported];
}
