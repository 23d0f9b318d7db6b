import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Phrase } from '../kql/tree.js';
import { phraseOf } from '../words.js';
import { summaryOf } from './summary.js';

const asked = (...texts: string[]): Phrase[] =>
  texts.map((text) => phraseOf(text.replace(/\*$/, ''), text.endsWith('*'))!);

const LONG = Array.from({ length: 300 }, (_, index) => `word${index}`).join(' ');

describe('the summary of a hit', () => {
  it('search 3: marks the words of the query, in any case and with any accents', () => {
    expect(summaryOf('Printer jam on floor 3', asked('printer'))).toBe('<c0>Printer</c0> jam on floor 3');
    expect(summaryOf('Das Café und das CAFE', asked('cafe'))).toBe('Das <c0>Café</c0> und das <c0>CAFE</c0>');
  });

  it('search 3: marks words that begin with a prefix of the query', () => {
    expect(summaryOf('Print, printer, sprint', asked('print*'))).toBe(
      '<c0>Print</c0>, <c0>printer</c0>, sprint',
    );
  });

  it('search 3: marks each word of a phrase', () => {
    expect(summaryOf('a paper jam', asked('paper jam'))).toBe('a <c0>paper</c0> <c0>jam</c0>');
  });

  it('search 3: marks a run of ideographs once', () => {
    expect(summaryOf('印刷機の故障です', asked('故障'))).toContain('<c0>故障</c0>');
  });

  it('search 3: puts <ddd/> where text is left out, and cuts no word', () => {
    const summary = summaryOf(LONG, asked('word150'));
    expect(summary).toMatch(/^<ddd\/>word\d+ .*<c0>word150<\/c0>.* word\d+<ddd\/>$/);
    expect(summary.length).toBeLessThan(250);
  });

  it('search 3: shows the part with most matches', () => {
    const text = `needle ${LONG} needle thread needle`;
    expect(summaryOf(text, asked('needle', 'thread'))).toMatch(
      /<c0>needle<\/c0> <c0>thread<\/c0> <c0>needle<\/c0>$/,
    );
  });

  it('search 3: is the beginning of the text where nothing in it matches', () => {
    expect(summaryOf('Paper jam', asked('toner'))).toBe('Paper jam');
    expect(summaryOf(LONG, [])).toMatch(/^word0 word1 .*<ddd\/>$/);
    expect(summaryOf('', asked('toner'))).toBe('');
  });

  it('search 3: has no marks but its own, whatever the text has', () => {
    expect(summaryOf('<c0>fake</c0> <ddd/> printer', asked('printer'))).toBe(
      'c0>fake/c0> ddd/> <c0>printer</c0>',
    );
  });

  it('search 3: of any text and query is short, well-formed, and has as many marks open as closed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('故障', '😀😀', 'printer', ' '))),
        fc.string({ unit: 'grapheme', maxLength: 3 }),
        (parts, word) => {
          const phrase = phraseOf(word, true);
          const summary = summaryOf(parts.join(''), phrase === undefined ? [] : [phrase]);
          expect(summary.length).toBeLessThan(700);
          expect(summary.split('<c0>').length).toBe(summary.split('</c0>').length);
        },
      ),
    );
  });
});
