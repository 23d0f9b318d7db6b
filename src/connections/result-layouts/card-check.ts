import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type * as Expressions from 'adaptive-expressions';
import type * as AdaptiveCards from 'adaptivecards';
import type * as Templating from 'adaptivecards-templating';

/** A fault of a card: its place below `layout`, and the library's message. */
export interface CardFault {
  readonly place: string;
  readonly problem: string;
}

// This module runs in a worker thread, from a copy of its code: see `IsolatedCheck`.
const require = createRequire((workerData as { file: string }).file);
// The ESM build of adaptivecards does not load in Node; its bundle does.
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

  /** Whether to ignore a fault: of a value that is bound to data, a newer property, or an unknown element with a fallback. */
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

/** The message of a library. A stack overflow is no fault of the card: it fails the check. */
function reason(error: unknown): string {
  if (error instanceof RangeError) throw error;
  return error instanceof Error ? error.message : String(error);
}

/** The unknown functions of an expression: the parser accepts any name, only the library knows which exist. */
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

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What makes a JSON document a card (docs/contract/field.md#3.1). */
function missingParts({ type, version, body }: Record<string, unknown>): CardFault[] {
  const faults: CardFault[] = [];
  if (type !== 'AdaptiveCard') faults.push({ place: 'type', problem: "It must be 'AdaptiveCard'." });
  if (typeof version !== 'string' || version === '')
    faults.push({ place: 'version', problem: "It must be the version of the card, such as '1.3'." });
  if (!Array.isArray(body) || body.length === 0)
    faults.push({ place: 'body', problem: 'It must be an array with at least one element.' });
  else
    body.forEach((element, index) => {
      if (!isObject(element)) faults.push({ place: `body[${index}]`, problem: 'It must be an object.' });
    });
  return faults;
}

/** Whether a result layout is a card: its parts, and then whatever the field's own libraries find. */
function checkCard(layout: Record<string, unknown>): CardFault[] {
  const missing = missingParts(layout);
  const faults = missing.length > 0 ? missing : brokenElements(layout);
  return [...faults, ...brokenBindings(layout)].slice(0, MOST_FAULTS);
}

parentPort!.on('message', (layout: Record<string, unknown>) => parentPort!.postMessage(checkCard(layout)));
