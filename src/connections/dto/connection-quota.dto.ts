import { ApiProperty } from '@nestjs/swagger';
import { EdmProperty, ModelType } from '../../graph/odata/edm.js';

/** docs/contract/api.md#1.7; beta only. */
@ModelType({ name: 'connectionQuota' })
export class ConnectionQuotaDto {
  @ApiProperty({
    required: false,
    example: "http://127.0.0.1:3000/beta/$metadata#external/connections('contosohr')/quota/$entity",
  })
  '@odata.context'?: string;

  @EdmProperty({
    type: 'Int64',
    nullable: true,
    readOnly: true,
    description:
      'The number of items that can still be added: the rest of the connection’s limit or of the tenant’s, whichever is smaller.',
    example: 5_000_000,
  })
  itemsRemaining: number | null;
}
