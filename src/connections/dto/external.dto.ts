import { ApiProperty } from '@nestjs/swagger';
import { ModelType } from '../../graph/odata/edm.js';
import { ExternalConnectionDto } from './external-connection.dto.js';
import { BOTH } from '../../graph/http/request-context.js';

/** The singleton that contains the connections. It has no properties of its own (contract, csdl-*.xml). */
@ModelType({ name: 'external', navigations: { connections: BOTH } })
export class ExternalDto {
  @ApiProperty({ required: false, example: 'http://127.0.0.1:3000/beta/$metadata#external' })
  '@odata.context'?: string;

  @ApiProperty({
    type: () => ExternalConnectionDto,
    isArray: true,
    required: false,
    description: 'With $expand=connections: the first of them.',
  })
  connections?: ExternalConnectionDto[];

  @ApiProperty({
    required: false,
    description: 'With $expand=connections: the rest of them, while more follow.',
  })
  'connections@odata.nextLink'?: string;
}
