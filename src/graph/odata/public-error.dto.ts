import { EdmProperty, ModelType } from './edm.js';

/** `microsoft.graph.publicErrorDetail` (docs/contract/api.md#1.6). */
@ModelType({ name: 'publicErrorDetail', ofGraph: true })
class PublicErrorDetailDto {
  @EdmProperty({ type: 'String', nullable: true, description: 'What happened, for programs.' })
  code?: string | null;

  @EdmProperty({ type: 'String', nullable: true, description: 'What happened, for people.' })
  message?: string | null;

  @EdmProperty({ type: 'String', nullable: true, description: 'Where.' })
  target?: string | null;
}

/** `microsoft.graph.publicInnerError` (docs/contract/api.md#1.6). */
@ModelType({ name: 'publicInnerError', ofGraph: true, open: true })
class PublicInnerErrorDto {
  @EdmProperty({ type: 'String', nullable: true, description: 'What happened, for programs.' })
  code?: string | null;

  @EdmProperty({
    type: () => PublicErrorDetailDto,
    collection: true,
    nullable: true,
    description: 'Everything that is wrong, where it is more than one thing.',
  })
  details?: PublicErrorDetailDto[] | null;

  @EdmProperty({ type: 'String', nullable: true, description: 'What happened, for people.' })
  message?: string | null;

  @EdmProperty({ type: 'String', nullable: true, description: 'Where.' })
  target?: string | null;
}

/** `microsoft.graph.publicError`: a failure that is told inside of a successful answer (docs/contract/api.md#1.6). */
@ModelType({ name: 'publicError', ofGraph: true })
export class PublicErrorDto {
  @EdmProperty({ type: 'String', nullable: true, description: 'What happened, for programs.' })
  code?: string | null;

  @EdmProperty({
    type: () => PublicErrorDetailDto,
    collection: true,
    nullable: true,
    description: 'Everything that is wrong, where it is more than one thing.',
  })
  details?: PublicErrorDetailDto[] | null;

  @EdmProperty({ type: () => PublicInnerErrorDto, nullable: true, description: 'More of it.' })
  innerError?: PublicInnerErrorDto | null;

  @EdmProperty({ type: 'String', nullable: true, description: 'What happened, for people.' })
  message?: string | null;

  @EdmProperty({ type: 'String', nullable: true, description: 'Where.' })
  target?: string | null;
}
