import { createHash } from 'node:crypto';
import type { DisplayTemplateDto, SearchSettingsDto } from '../../connections/dto/search-settings.dto.js';
import type { SchemaPropertyDto } from '../../schema/schema.dto.js';
import type { ResultTemplateDto } from '../dto/search-response.dto.js';
import { type ItemValues, ruleHolds } from './template-rules.js';

/** `${name}`, and nothing more: what is computed has no form in the older binding. */
const BINDING = /\$\{\s*([A-Za-z0-9]{1,32})\s*\}/g;

const DIGITS = 13;
const LETTERS = 9;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The id of a template in answers: of the form that the service generates, and always the same for one template
 * (docs/contract/search.md#8).
 */
function templateId(connectionKey: string, { id }: DisplayTemplateDto): string {
  const hash = createHash('sha256').update(`${connectionKey} ${id}`).digest();
  const number = String(hash.readBigUInt64BE() % 10n ** BigInt(DIGITS)).padStart(DIGITS, '1');
  const letters = [...hash.subarray(8, 8 + LETTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return `${number}_${letters.join('')}`;
}

/** A card with `{name}` in the place of `${name}` (docs/contract/search.md#8). */
function withOlderBinding(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(BINDING, '{$1}');
  if (Array.isArray(value)) return value.map(withOlderBinding);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, withOlderBinding(entry)]));
}

interface Template {
  readonly id: string;
  readonly of: DisplayTemplateDto;
}

/** The result templates of one connection. */
export class ConnectionTemplates {
  private readonly templates: readonly Template[];

  constructor(
    connectionKey: string,
    settings: SearchSettingsDto | null,
    private readonly schema: readonly SchemaPropertyDto[],
  ) {
    this.templates = (settings?.searchResultTemplates ?? [])
      .toSorted((a, b) => a.priority - b.priority)
      .map((of) => ({ id: templateId(connectionKey, of), of }));
  }

  /**
   * The first template, by ascending priority, whose rules all hold for an item; one without rules always does
   * (docs/contract/search.md#8). Undefined if none applies.
   */
  chosen(item: ItemValues): { readonly id: string; readonly template: () => ResultTemplateDto } | undefined {
    const found = this.templates.find(({ of }) =>
      (of.rules ?? []).every((rule) => ruleHolds(rule, item, this.schema)),
    );
    if (found === undefined) return undefined;
    const { id, of } = found;
    return { id, template: () => ({ displayName: of.id, body: withOlderBinding(of.layout) as object }) };
  }
}
