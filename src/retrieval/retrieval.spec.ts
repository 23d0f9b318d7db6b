import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passageOf } from './passages.js';
import { questionPhrases } from './question.js';

const words = (question: string): string[] =>
  questionPhrases(question).map((phrase) => phrase.words.join(' '));

describe('the words of a question', () => {
  it('retrieval 8: are those that say something', () => {
    expect(words('How do I set up the corporate VPN?')).toEqual(['set', 'corporate', 'vpn']);
  });

  it('retrieval 8: are all of them if none says anything', () => {
    expect(words('What is it?')).toEqual(['what', 'is', 'it']);
    expect(words('?! ...')).toEqual([]);
  });

  it('retrieval 8: stand once, and what is written as one word is a phrase', () => {
    expect(words('VPN vpn e-mail')).toEqual(['vpn', 'e mail']);
  });

  it('retrieval 8: of a script without blanks are pairs of letters', () => {
    expect(words('印刷機')).toEqual(['印刷', '刷機']);
    expect(words('機')).toEqual(['機']);
  });
});

const FILLER = 'Nothing of interest stands in this sentence. '.repeat(20);
const ANSWER = 'To set up the VPN, open the settings. The corporate profile is there already. ';

describe('the passage of a hit', () => {
  const ask = (content: string, title = '') =>
    passageOf(content, title, questionPhrases('How do I set up the corporate VPN?'));

  it('retrieval 8: is the one with most words of the question, on borders of sentences, about 500 characters long', () => {
    const passage = ask(`The VPN is old. ${FILLER}${ANSWER}${FILLER}`)!;
    expect(passage.text).toContain(ANSWER.trim());
    expect(passage.text).toMatch(/^(Nothing|To).*\.$/);
    expect(passage.text.length).toBeLessThanOrEqual(500);
  });

  it('retrieval 3: has a score of 1 if everything is in it, and less if words are missing', () => {
    expect(ask(ANSWER)!.relevanceScore).toBe(1);
    const split = ask(`Set it up. ${FILLER} Corporate. ${FILLER} VPN.`)!;
    expect(split.relevanceScore).toBeGreaterThan(0.75);
    expect(split.relevanceScore).toBeLessThan(1);
    expect(ask('Only the VPN.')!.relevanceScore).toBe(0.3333);
    expect(ask('Nothing.')!.relevanceScore).toBe(0);
  });

  it('retrieval 8: counts the title, and shows the beginning if the content has nothing', () => {
    const passage = ask(`Beginning. ${FILLER}`, 'Corporate VPN')!;
    expect(passage.relevanceScore).toBe(0.5);
    expect(passage.text).toMatch(/^Beginning\./);
  });

  it('retrieval 3: is missing without a content', () => {
    expect(ask('', 'Corporate VPN')).toBeUndefined();
    expect(ask(' \n ', 'Corporate VPN')).toBeUndefined();
  });

  it('retrieval 8: of any text is a part of it, no longer than it may be, with a score from 0 to 1', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('vpn ', '. ', '故障', '😀'.repeat(300))),
        ),
        (parts) => {
          const content = parts.join('');
          const passage = ask(content);
          if (passage === undefined) return;
          expect(content).toContain(passage.text);
          expect(passage.text.length).toBeLessThanOrEqual(500);
          expect(passage.text.isWellFormed()).toBe(true);
          expect(passage.relevanceScore).toBeGreaterThanOrEqual(0);
          expect(passage.relevanceScore).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
