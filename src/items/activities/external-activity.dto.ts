import { ApiProperty } from '@nestjs/swagger';
import { CollectionDto } from '../../graph/odata/collection.dto.js';
import { CreateIdentityDto } from '../../groups/dto/identity.dto.js';
import { EdmProperty, type EnumType, ModelType, NAMESPACE } from '../../graph/odata/edm.js';
import { PublicErrorDto } from '../../graph/odata/public-error.dto.js';
import { maxItems } from '../../graph/odata/rules.js';
import { BOTH } from '../../graph/http/request-context.js';

const MOST_ACTIVITIES = 20;

/** docs/contract/api.md#1.10. */
export const EXTERNAL_ACTIVITY_TYPE: EnumType = {
  name: 'externalActivityType',
  members: ['viewed', 'modified', 'created', 'commented'],
};

/** docs/contract/api.md#1.10. */
@ModelType({ name: 'externalActivity', ignored: ['id'] })
export class ExternalActivityDto {
  @EdmProperty({
    type: EXTERNAL_ACTIVITY_TYPE,
    required: BOTH,
    description: 'What the user did.',
    example: 'viewed',
  })
  type: string;

  @EdmProperty({
    type: 'DateTimeOffset',
    required: BOTH,
    description: 'When it began.',
    example: '2026-11-24T18:05:10Z',
  })
  startDateTime: string;

  @EdmProperty({ type: () => CreateIdentityDto, nullable: true, description: 'The user who did it.' })
  performedBy?: CreateIdentityDto | null;
}

/** The body of `POST …/items/{id}/addActivities` (docs/contract/api.md#2.2.13). */
@ModelType({ name: 'addActivities', schema: 'externalItem.addActivities' })
export class AddActivitiesDto {
  @EdmProperty({
    type: () => ExternalActivityDto,
    collection: true,
    required: BOTH,
    rules: [
      maxItems(
        MOST_ACTIVITIES,
        'TooManyActivities',
        () => `A request cannot have more than ${MOST_ACTIVITIES} activities.`,
      ),
    ],
    description: `At most ${MOST_ACTIVITIES}.`,
  })
  activities: ExternalActivityDto[];
}

/** What became of one activity (docs/contract/api.md#1.10). */
@ModelType({ name: 'externalActivityResult' })
export class ExternalActivityResultDto extends ExternalActivityDto {
  @ApiProperty({ required: false, enum: [`#${NAMESPACE}.externalActivityResult`] })
  '@odata.type'?: string;

  @EdmProperty({ type: 'String', required: BOTH, description: 'Given by the service.' })
  id: string;

  @EdmProperty({
    type: () => PublicErrorDto,
    nullable: true,
    required: BOTH,
    readOnly: true,
    description: 'Why the activity was not recorded; null if it was.',
  })
  error: PublicErrorDto | null;
}

/** The answer of `addActivities`. */
@ModelType({ name: 'externalActivityResult', schema: 'externalActivityResultCollectionResponse' })
export class ExternalActivityResultCollectionDto {
  @ApiProperty({ required: false })
  '@odata.context'?: string;

  @ApiProperty({ type: () => ExternalActivityResultDto, isArray: true, required: true })
  value: ExternalActivityResultDto[];
}

/** An externalActivity as it is read: what was recorded. */
@ModelType({ name: 'externalActivity', schema: 'externalActivity.read' })
export class RecordedActivityDto extends ExternalActivityDto {
  @ApiProperty({
    required: false,
    example:
      "http://127.0.0.1:3000/beta/$metadata#external/connections('contosohr')/items('T4711')/activities/$entity",
  })
  '@odata.context'?: string;

  @EdmProperty({ type: 'String', required: BOTH, description: 'Given by the service.' })
  id: string;
}

/** The answer of `GET …/items/{id}/activities`. */
@ModelType({ name: 'externalActivity', schema: 'externalActivityCollectionResponse' })
export class ExternalActivityCollectionDto extends CollectionDto {
  @ApiProperty({ type: () => RecordedActivityDto, isArray: true, required: true })
  value: RecordedActivityDto[];
}
