import { queryOptionNotValid } from '../../errors/catalogue/query.js';
import type { GraphError } from '../../errors/graph-error.js';
import { shown } from '../../errors/shown.js';

/** The text of a `$filter`, to say where in it something is wrong. */
export class FilterText {
  constructor(readonly text: string) {}

  /** Worded as OData's own library does; positions count from 0, in UTF-16 units. */
  fault(at: number, what: string): GraphError {
    return queryOptionNotValid(`${what} at position ${at} in '${shown(this.text)}'.`);
  }
}
