import { ApiProperty } from '@nestjs/swagger';

/** What every answer with a collection has beside its `value` (docs/contract/api.md#2.2.1 and #6.5). */
export abstract class CollectionDto {
  @ApiProperty({ required: false, example: 'http://127.0.0.1:3000/beta/$metadata#external/connections' })
  '@odata.context'?: string;

  @ApiProperty({ required: false, type: 'integer', description: 'With $count=true: of all pages.' })
  '@odata.count'?: number;

  @ApiProperty({ required: false, description: 'The address of the next page, while more follow.' })
  '@odata.nextLink'?: string;
}
