import { describe, expect, it } from 'vitest';
import type { DisplayTemplateDto, PropertyRuleDto } from '../../connections/dto/search-settings.dto.js';
import type { SchemaPropertyDto } from '../../schema/schema.dto.js';
import { ConnectionTemplates } from './result-templates.js';
import { ruleHolds } from './template-rules.js';

const SCHEMA: SchemaPropertyDto[] = [
  { name: 'state', type: 'string' },
  { name: 'tags', type: 'stringCollection' },
  { name: 'age', type: 'int64' },
  { name: 'weight', type: 'double' },
  { name: 'due', type: 'dateTime' },
  { name: 'urgent', type: 'boolean' },
];

const ITEM = {
  state: 'Open now',
  tags: ['printer', 'Floor 3'],
  age: 9007199254740993n,
  weight: 2.5,
  due: '2026-03-01T00:00:00+02:00',
  urgent: true,
};

const rule = (
  property: string,
  operation: string,
  values: string[],
  valuesJoinedBy = 'or',
): PropertyRuleDto => ({ property, operation, values, valuesJoinedBy });

describe('a rule of a result template', () => {
  it.each<[PropertyRuleDto, boolean]>([
    [rule('state', 'equals', ['open NOW']), true],
    [rule('STATE', 'equals', ['open now']), true],
    [rule('state', 'equals', ['open']), false],
    [rule('state', 'notEquals', ['open']), true],
    [rule('state', 'notEquals', ['Open now']), false],
    [rule('state', 'contains', ['now', 'x']), true],
    [rule('state', 'contains', ['now', 'x'], 'and'), false],
    [rule('state', 'contains', ['now', 'open'], 'and'), true],
    [rule('state', 'notContains', ['x']), true],
    [rule('state', 'notContains', ['now']), false],
    [rule('state', 'startsWith', ['OPEN']), true],
    [rule('state', 'startsWith', ['now']), false],
    [rule('state', 'lessThan', ['p']), true],
    [rule('tags', 'equals', ['floor 3']), true],
    [rule('tags', 'equals', ['floor']), false],
    [rule('tags', 'notEquals', ['printer']), false],
    [rule('tags', 'notEquals', ['scanner']), true],
    [rule('age', 'equals', ['9007199254740993']), true],
    [rule('age', 'equals', ['9007199254740992']), false],
    [rule('age', 'greaterThan', ['9007199254740992']), true],
    [rule('age', 'lessThan', ['x']), false],
    [rule('weight', 'lessThan', ['2.6']), true],
    [rule('weight', 'greaterThan', ['2']), true],
    [rule('weight', 'equals', ['2.50']), true],
    [rule('due', 'lessThan', ['2026-03-01']), true],
    [rule('due', 'equals', ['2026-02-28T22:00:00Z']), true],
    [rule('urgent', 'equals', ['TRUE']), true],
    [rule('missing', 'equals', ['x']), false],
    [rule('missing', 'notEquals', ['x']), true],
    [rule('missing', 'null', ['x']), true],
    [rule('state', 'null', ['x']), false],
  ])('search 8: %j holds: %s', (given, holds) => {
    expect(ruleHolds(given, ITEM, SCHEMA)).toBe(holds);
  });
});

describe('the result templates of a connection', () => {
  const template = (id: string, priority: number, ...rules: PropertyRuleDto[]): DisplayTemplateDto => ({
    id,
    priority,
    rules,
    layout: {
      type: 'AdaptiveCard',
      body: [{ type: 'TextBlock', text: '${state}: ${ age } ${if(urgent, 1, 2)}' }],
    },
  });
  const chosen = (...templates: DisplayTemplateDto[]) =>
    new ConnectionTemplates('key', { searchResultTemplates: templates }, SCHEMA).chosen(ITEM);

  it('search 8: are tried in ascending priority, and the first whose rules all hold is chosen', () => {
    const closed = template('closed', 1, rule('state', 'equals', ['closed']));
    const urgent = template(
      'urgent',
      4,
      rule('urgent', 'equals', ['true']),
      rule('state', 'contains', ['open']),
    );
    const always = template('always', 9);
    expect(chosen(always, urgent, closed)?.template().displayName).toBe('urgent');
    expect(chosen(always, closed)?.template().displayName).toBe('always');
    expect(chosen(closed)).toBeUndefined();
    expect(new ConnectionTemplates('key', null, SCHEMA).chosen(ITEM)).toBeUndefined();
  });

  it('search 8: have generated ids, the same each time and others in another connection', () => {
    const always = template('always', 1);
    const { id } = chosen(always)!;
    expect(id).toMatch(/^\d{13}_[0-9A-Z]{9}$/);
    expect(chosen(always)!.id).toBe(id);
    const other = new ConnectionTemplates('other', { searchResultTemplates: [always] }, SCHEMA);
    expect(other.chosen(ITEM)!.id).not.toBe(id);
  });

  it('search 8: have the older binding in their cards, and leave what it cannot say', () => {
    expect(chosen(template('always', 1))!.template().body).toEqual({
      type: 'AdaptiveCard',
      body: [{ type: 'TextBlock', text: '{state}: {age} ${if(urgent, 1, 2)}' }],
    });
  });
});
