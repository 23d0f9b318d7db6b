const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,12})?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/i;

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** A date and time of ISO 8601 that exists in the calendar; the offset may be left out, and is UTC then. */
export function isDateTime(text: string): boolean {
  const [, year, month, day] = (DATE_TIME.exec(text) ?? []).map(Number);
  return (
    year !== undefined && year > 0 && month! >= 1 && month! <= 12 && day! >= 1 && day! <= daysIn(year, month!)
  );
}
