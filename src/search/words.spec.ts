import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded, phraseOf, wordsIn, wordsOf } from './words.js';

describe('kql 5: words', () => {
  it.each([
    ['The Printer, on floor 3.', ['the', 'printer', 'on', 'floor', '3']],
    ['e-mail a.b C# C++ .NET it_is 1.5', ['e', 'mail', 'a', 'b', 'c', 'c', 'net', 'it', 'is', '1', '5']],
    ['Ärger ÀÉÎ naïve Ångström', ['arger', 'aei', 'naive', 'angstrom']],
    ['Straße STRASSE', ['strasse', 'strasse']],
    ['İSTANBUL ısı', ['istanbul', 'isi']],
    ['ΟΔΟΣ οδός', ['οδοσ', 'οδοσ']],
    ['ﬁne ＡＢＣ ½ x²', ['fine', 'abc', '1', '2', 'x2']],
    ['Foo™ bar®', ['foo', 'bar']],
    ['Wörter\u00adbuch', ['worterbuch']],
    ['עִבְרִית محمّد', ['עברית', 'محمد']],
    ['कि की', ['कि', 'की']],
    ['Ёлка ёлка', ['елка', 'елка']],
    ['\0a\u0001b \ud800c', ['a', 'b', 'c']],
    ['', []],
    ['&-:!', []],
    ['🙂', []],
  ])('of %j are %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it.each([
    ['漢字仮', ['漢字', '字仮', '仮']],
    ['漢', ['漢']],
    ['abc漢字def', ['abc', '漢字', '字', 'def']],
    ['カード ｶｰﾄﾞ', ['カー', 'ード', 'ド', 'カー', 'ード', 'ド']],
    ['が か', ['が', 'か']],
    ['학교', ['학교', '교']],
    ['ไทย', ['ไท', 'ทย', 'ย']],
  ])('of %j, without blanks, are pairs: %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('are cut at 100 units, never inside a character', () => {
    expect(wordsOf('a'.repeat(300))).toEqual(['a'.repeat(100)]);
    expect(wordsOf(`${'é'.repeat(300)} b`)).toEqual(['e'.repeat(100), 'b']);
    const [word] = wordsOf(`a${'𝼀'.repeat(60)}`);
    expect(word).toHaveLength(99);
    expect(word!.isWellFormed()).toBe(true);
  });

  it('are folded: folding and breaking them again changes nothing', () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    fc.assert(
      fc.property(text, (random) => {
        for (const word of wordsOf(random)) {
          expect(folded(word)).toBe(word);
          expect(wordsOf(word)[0]).toBe(word);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('kql 5: places of words', () => {
  it('are those of what the text has', () => {
    const text = 'Ein Ärger, 漢字仮: ﬁne½';
    expect([...wordsIn(text)].map(({ word, start, end }) => [word, text.slice(start, end)])).toEqual([
      ['ein', 'Ein'],
      ['arger', 'Ärger'],
      ['漢字', '漢字'],
      ['字仮', '字仮'],
      ['仮', '仮'],
      ['fine1', 'ﬁne½'],
      ['2', 'ﬁne½'],
    ]);
  });

  it('has the same words in the same order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const found = [...wordsIn(text)];
        expect(found.map(({ word }) => word)).toEqual(wordsOf(text));
        for (const { start, end } of found)
          expect(start >= 0 && end > start && end <= text.length).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('kql 5: phrases of a query', () => {
  it.each([
    ['serv', true, { words: ['serv'], prefix: true }],
    ['advanced sear', true, { words: ['advanced', 'sear'], prefix: true }],
    ['foo-', true, { words: ['foo'], prefix: false }],
    ['e-mail', false, { words: ['e', 'mail'], prefix: false }],
    ['漢', false, { words: ['漢'], prefix: true }],
    ['漢字', false, { words: ['漢字'], prefix: false }],
    ['漢漢', true, { words: ['漢漢'], prefix: false }],
    ['漢字仮 x', false, { words: ['漢字', '字仮', '仮', 'x'], prefix: false }],
    ['&', true, undefined],
  ])('of %j, prefix %j, are %j', (text, prefix, phrase) => {
    expect(phraseOf(text, prefix)).toEqual(phrase);
  });
});
