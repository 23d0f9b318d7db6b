import type { ConnectionOperationDto } from './dto/connection-operation.dto.js';
import type { OperationEntity } from './operation.entity.js';

/** The only way from a row to a body; `error` is there, and null unless the operation failed (docs/contract/api.md#2.2.8). */
export function toConnectionOperation(row: OperationEntity, now: Date): ConnectionOperationDto {
  const { id, endDateTime, error } = row;
  if (endDateTime > now.toISOString()) return { id, status: 'inprogress', error: null };
  return { id, status: error === null ? 'completed' : 'failed', error };
}
