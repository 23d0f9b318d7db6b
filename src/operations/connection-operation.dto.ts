import { ApiProperty } from '@nestjs/swagger';
import { BOTH } from '../graph/http/request-context.js';
import { CollectionDto } from '../graph/odata/collection.dto.js';
import { type EnumType, ModelType, EdmProperty } from '../graph/odata/edm.js';
import { PublicErrorDto } from '../graph/odata/public-error.dto.js';

/** docs/contract/api.md#1.6. */
const CONNECTION_OPERATION_STATUS: EnumType = {
  name: 'connectionOperationStatus',
  members: ['unspecified', 'inprogress', 'completed', 'failed'],
};

/** docs/contract/api.md#1.6. */
@ModelType({ name: 'connectionOperation' })
export class ConnectionOperationDto {
  @ApiProperty({
    required: false,
    example: "http://127.0.0.1:3000/beta/$metadata#external/connections('contosohr')/operations/$entity",
  })
  '@odata.context'?: string;

  @EdmProperty({ type: 'String', required: BOTH, description: 'Given by the service.' })
  id: string;

  @EdmProperty({
    type: CONNECTION_OPERATION_STATUS,
    nullable: true,
    required: BOTH,
    readOnly: true,
    description: 'Whether the operation has ended, and with which result.',
    example: 'completed',
  })
  status: string;

  @EdmProperty({
    type: () => PublicErrorDto,
    nullable: true,
    required: BOTH,
    readOnly: true,
    description: 'Why the operation failed; null if it did not.',
  })
  error: PublicErrorDto | null;
}

/** The answer of `GET …/operations`. */
@ModelType({ name: 'connectionOperation', schema: 'connectionOperationCollectionResponse' })
export class ConnectionOperationCollectionDto extends CollectionDto {
  @ApiProperty({ type: () => ConnectionOperationDto, isArray: true, required: true })
  value: ConnectionOperationDto[];
}
