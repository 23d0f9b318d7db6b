import { ModelType, Property } from '../../graph/odata/edm.js';
import { maxItems, notBlank } from '../../graph/odata/rules.js';

/** No document gives a limit; one is needed, since each id is a row that a create writes. */
const MOST_AUTHORIZED_APPS = 1_000;

/** docs/contract/api.md#1.2. An open type: members that the model does not declare are kept. */
@ModelType({ name: 'configuration', open: true })
export class ConfigurationDto {
  @Property({
    type: 'String',
    collection: true,
    nullable: true,
    rules: [maxItems(MOST_AUTHORIZED_APPS), notBlank({ each: true })],
    description:
      'The application (client) ids that may manage the connection and index into it. The creating application is always among them.',
    example: ['d310d35d-72ec-47dd-92f2-fb9c40936555'],
  })
  authorizedAppIds?: string[] | null;
}
