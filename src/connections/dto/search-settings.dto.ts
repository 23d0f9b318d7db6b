import { EdmProperty, ModelType } from '../../graph/odata/edm.js';
import { atLeast, maxItems, minItems } from '../../graph/odata/rules.js';
import { DISPLAY_TEMPLATE_ID_RULE, EDISCOVERY_LAYOUT_RULE } from '../connection-rules.js';
import { BINARY_OPERATOR, RULE_OPERATION } from '../enums.js';
import { BOTH } from '../../graph/http/request-context.js';

/** No document gives these limits; they are needed, since each is checked one by one. */
const MOST_RULES = 1_000;
const MOST_VALUES = 10_000;

/** docs/contract/api.md#1.3. */
@ModelType({ name: 'propertyRule' })
export class PropertyRuleDto {
  @EdmProperty({ type: 'String', required: BOTH, description: 'The name of a schema property.' })
  property: string;

  @EdmProperty({ type: RULE_OPERATION, required: BOTH, description: 'How values and property are compared.' })
  operation: string;

  @EdmProperty({
    type: 'String',
    collection: true,
    required: BOTH,
    rules: [minItems(1), maxItems(MOST_VALUES)],
    description: 'Each is compared with the property.',
  })
  values: string[];

  @EdmProperty({
    type: BINARY_OPERATOR,
    required: BOTH,
    description: 'Whether one or all of the values must fit.',
  })
  valuesJoinedBy: string;
}

/** docs/contract/api.md#1.3. */
@ModelType({ name: 'displayTemplate' })
export class DisplayTemplateDto {
  @EdmProperty({
    type: 'String',
    required: BOTH,
    rules: [DISPLAY_TEMPLATE_ID_RULE],
    description: 'At most 16 letters and digits.',
    example: 'contosohrcard',
  })
  id: string;

  @EdmProperty({
    type: 'Json',
    required: BOTH,
    description: 'An Adaptive Card, as a JSON object.',
    example: { type: 'AdaptiveCard', version: '1.3', body: [{ type: 'TextBlock', text: '${title}' }] },
  })
  layout: Record<string, unknown>;

  @EdmProperty({
    type: 'Int32',
    default: 0,
    rules: [atLeast(0)],
    description: 'The lowest is tried first; gaps are allowed.',
    example: 1,
  })
  priority: number;

  @EdmProperty({
    type: () => PropertyRuleDto,
    collection: true,
    nullable: true,
    rules: [maxItems(MOST_RULES)],
    description: 'When the template applies; without rules, always.',
  })
  rules?: PropertyRuleDto[] | null;
}

/** docs/contract/api.md#1.3. */
@ModelType({ name: 'searchSettings' })
export class SearchSettingsDto {
  @EdmProperty({
    type: () => DisplayTemplateDto,
    collection: true,
    nullable: true,
    rules: [maxItems(2)],
    description: 'How search results look.',
  })
  searchResultTemplates?: DisplayTemplateDto[] | null;
}

/** docs/contract/api.md#1.3; beta only. */
@ModelType({ name: 'complianceSettings' })
export class ComplianceSettingsDto {
  @EdmProperty({
    type: () => DisplayTemplateDto,
    collection: true,
    nullable: true,
    rules: [EDISCOVERY_LAYOUT_RULE],
    description: 'How results look in eDiscovery.',
  })
  eDiscoveryResultTemplates?: DisplayTemplateDto[] | null;
}
