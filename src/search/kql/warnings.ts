import { shown } from '../../graph/errors/shown.js';

/** Why a part of a query does not do what its author may have meant; `term` is the part as it is written. */
export interface KqlWarning {
  readonly kind: 'wildcard' | 'unknownProperty' | 'notQueryable' | 'operator' | 'value' | 'noWord' | 'union';
  readonly term: string;
}

const REASONS: Record<KqlWarning['kind'], string> = {
  wildcard: 'matches nothing: a * works only at the end of a word or phrase',
  unknownProperty: 'matches nothing: the schema has no such property, alias or label',
  notQueryable: 'matches nothing: the property is not queryable',
  operator: 'matches nothing: the operator does not go with the type of the property',
  value: 'matches nothing: the value cannot be read as the type of the property',
  noWord: 'matches nothing: the value has no letter and no digit',
  union:
    'matches nearly everything: comparisons of one property side by side are joined by OR; write AND between them, or a range such as 5..10',
};

/** The warning in a sentence, for the log. */
export const warningText = ({ kind, term }: KqlWarning): string => `KQL '${shown(term)}' ${REASONS[kind]}.`;
