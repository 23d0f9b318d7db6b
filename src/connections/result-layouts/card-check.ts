import { createRequire } from 'node:module';
import type * as Expressions from 'adaptive-expressions';
import type * as AdaptiveCards from 'adaptivecards';
import type * as Templating from 'adaptivecards-templating';

/** What is wrong with a card: the place below `layout`, and the library's own words. */
export interface CardFault {
  readonly place: string;
  readonly problem: string;
}

// The ESM build of adaptivecards does not load in Node; its bundle does.
const require = createRequire(import.meta.url);
const { AdaptiveCard, SerializationContext, ValidationEvent } =
  require('adaptivecards/dist/adaptivecards.js') as typeof AdaptiveCards;
const { Template } = require('adaptivecards-templating') as typeof Templating;
const { Constant, ExpressionFunctions } = require('adaptive-expressions') as typeof Expressions;

const BINDING = '${';
const MOST_FAULTS = 20;

type Visit = (value: unknown, place: string) => void;

function walk(value: unknown, place: string, visit: Visit): void {
  visit(value, place);
  if (Array.isArray(value)) value.forEach((entry, index) => walk(entry, `${place}[${index}]`, visit));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value))
      walk(entry, place === '' ? key : `${place}.${key}`, visit);
  }
}

/** Reports what the parser finds together with the place of the element that it was reading. */
class LocatingContext extends SerializationContext {
  readonly faults: CardFault[] = [];
  private readonly reading: unknown[] = [];
  private readonly places = new Map<unknown, string>();

  constructor(layout: unknown) {
    super();
    walk(layout, '', (value, place) => {
      if (typeof value === 'object') this.places.set(value, place);
    });
  }

  override parseElement(...args: Parameters<AdaptiveCards.SerializationContext['parseElement']>) {
    return this.within(args[1], () => super.parseElement(...args));
  }

  override parseAction(...args: Parameters<AdaptiveCards.SerializationContext['parseAction']>) {
    return this.within(args[1], () => super.parseAction(...args));
  }

  override logParseEvent(
    ...[source, event, message]: Parameters<AdaptiveCards.SerializationContext['logParseEvent']>
  ): void {
    super.logParseEvent(source, event, message);
    if (this.isHarmless(event, message)) return;
    this.faults.push({ place: this.places.get(this.reading.at(-1)) ?? '', problem: message });
  }

  /** A value that is bound to data has no value yet; a newer property is ignored; an unknown element may have a fallback. */
  private isHarmless(event: AdaptiveCards.ValidationEvent, message: string): boolean {
    const element = this.reading.at(-1) as { fallback?: unknown } | undefined;
    return (
      message.includes(BINDING) ||
      event === ValidationEvent.UnsupportedProperty ||
      (event === ValidationEvent.UnknownElementType && element?.fallback !== undefined)
    );
  }

  private within<T>(source: unknown, parse: () => T): T {
    this.reading.push(source);
    try {
      return parse();
    } finally {
      this.reading.pop();
    }
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The parser takes any name for a function; the library knows its own. */
function unknownFunctions(expression: string | Expressions.Expression): string[] {
  if (typeof expression === 'string' || expression instanceof Constant) return [];
  const own =
    ExpressionFunctions.standardFunctions.get(expression.type) === undefined ? [expression.type] : [];
  return [...own, ...(expression.children ?? []).flatMap(unknownFunctions)];
}

function brokenBindings(layout: unknown): CardFault[] {
  const faults: CardFault[] = [];
  walk(layout, '', (value, place) => {
    if (typeof value !== 'string' || !value.includes(BINDING)) return;
    try {
      const unknown = unknownFunctions(Template.parseInterpolatedString(value));
      for (const name of unknown) faults.push({ place, problem: `Unknown function ${name}` });
    } catch (error) {
      faults.push({ place, problem: reason(error) });
    }
  });
  return faults;
}

function brokenElements(layout: object): CardFault[] {
  const context = new LocatingContext(layout);
  try {
    const card = new AdaptiveCard();
    card.parse(layout, context);
    const ofCard = card
      .validateProperties()
      .validationEvents.map(({ message }) => ({ place: '', problem: message }));
    return [...context.faults, ...ofCard];
  } catch (error) {
    return [...context.faults, { place: '', problem: reason(error) }];
  }
}

/** Whether a result layout is a card, as the field's own libraries see it. Runs in a worker: see `ResultLayouts`. */
export default function checkCard(layout: object): CardFault[] {
  return [...brokenElements(layout), ...brokenBindings(layout)].slice(0, MOST_FAULTS);
}
