import { isGuid } from '../../graph/odata/edm-values.js';
import type { PublicErrorDto } from '../../graph/odata/public-error.dto.js';
import type { ExternalActivityDto } from './external-activity.dto.js';

/** Clocks of clients go wrong by so much. */
const TOLERANCE_MS = 5 * 60_000;

/**
 * Why one activity cannot be recorded, or null where it can: said beside it, while the others are recorded (docs/contract/api.md#2.2.13; which reasons there are is unconfirmed).
 */
export function activityError(
  { startDateTime, performedBy }: ExternalActivityDto,
  now: Date,
): PublicErrorDto | null {
  // Without an offset, the time is UTC.
  const instant = Date.parse(/(Z|[+-]\d\d:\d\d)$/i.test(startDateTime) ? startDateTime : `${startDateTime}Z`);
  if (instant > now.getTime() + TOLERANCE_MS)
    return {
      code: 'InvalidStartDateTime',
      message: `An activity cannot begin in the future: ${startDateTime}.`,
      target: 'startDateTime',
    };
  if (performedBy === undefined || performedBy === null) return null;
  if (performedBy.type !== 'user')
    return {
      code: 'InvalidIdentity',
      message: `An activity is performed by a user, not by a ${performedBy.type}.`,
      target: 'performedBy.type',
    };
  return isGuid(performedBy.id)
    ? null
    : {
        code: 'InvalidIdentity',
        message: 'A user is named by its object id in the directory, a GUID.',
        target: 'performedBy.id',
      };
}
