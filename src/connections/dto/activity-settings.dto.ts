import { ApiProperty } from '@nestjs/swagger';
import { EdmProperty, ModelType, NAMESPACE } from '../../graph/odata/edm.js';
import { atLeast, atMost, maxItems, minItems, notBlank } from '../../graph/odata/rules.js';
import { URL_PATTERN_RULE } from '../connection-rules.js';

/** docs/contract/api.md#1.4. */
@ModelType({ name: 'urlMatchInfo' })
class UrlMatchInfoDto {
  @EdmProperty({
    type: 'String',
    collection: true,
    nullable: true,
    rules: [minItems(1), notBlank({ each: true })],
    description: 'URL prefixes.',
    example: ['https://contoso.com'],
  })
  baseUrls?: string[] | null;

  @EdmProperty({
    type: 'String',
    nullable: true,
    rules: [notBlank(), URL_PATTERN_RULE],
    description: 'A regular expression (ECMA-262) with named groups.',
    example: '/employees/(?<id>[^/]+)',
  })
  urlPattern?: string | null;
}

/** docs/contract/api.md#1.4. Abstract: each value says by `@odata.type` which resolver it is. */
@ModelType({ name: 'urlToItemResolverBase', derived: () => [ItemIdResolverDto] })
export class UrlToItemResolverBaseDto {
  @EdmProperty({
    type: 'Int32',
    nullable: true,
    rules: [atLeast(1), atMost(8)],
    description: 'The lowest is tried first.',
    example: 1,
  })
  priority?: number | null;
}

/**
 * docs/contract/api.md#1.4. Neither member is required: the official SDK cannot send them in this place
 * (docs/contract/clients.md#8), and an itemId that is not there is empty (docs/contract/field.md#3.8).
 */
@ModelType({ name: 'itemIdResolver' })
export class ItemIdResolverDto extends UrlToItemResolverBaseDto {
  @ApiProperty({ enum: [`#${NAMESPACE}.itemIdResolver`], required: true })
  '@odata.type': string;

  @EdmProperty({
    type: 'String',
    nullable: true,
    default: '',
    description: 'A pattern in which {group} is replaced by what the named group matched.',
    example: 'employee_{id}',
  })
  itemId: string;

  @EdmProperty({ type: () => UrlMatchInfoDto, nullable: true, description: 'Which URLs the resolver takes.' })
  urlMatchInfo?: UrlMatchInfoDto | null;
}

/** docs/contract/api.md#1.4. */
@ModelType({ name: 'activitySettings' })
export class ActivitySettingsDto {
  @EdmProperty({
    type: () => UrlToItemResolverBaseDto,
    collection: true,
    nullable: true,
    rules: [maxItems(8)],
    description: 'How the item behind a URL is found.',
  })
  urlToItemResolvers?: UrlToItemResolverBaseDto[] | null;
}
