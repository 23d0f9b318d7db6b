import { describe, expect, it } from 'vitest';
import { textOfHtml } from './html.js';

describe('content of type html, as text', () => {
  it.each([
    ['<p>Hello <b>wo</b>rld</p><p>again</p>', 'Hello world\nagain'],
    ['a&nbsp;b &amp; c &lt;x&gt; &eacute;&#233;&#xe9; &copy', 'a b & c <x> ééé ©'],
    ['<title>T &amp; x</title><h1>H</h1>', 'T & x\nH'],
    ['a<br/>b<hr>c', 'a\nb\nc'],
    ['<ul>\n  <li>1</li>\n  <li>2</li>\n</ul>', '1\n2'],
    ['<table><tr><td>a</td><td>b</td></tr></table>', 'a\nb'],
    ['a<!-- b --> c<!doctype html>', 'a c'],
    ['a<script>var x = "</p>" < 3;</script>b<STYLE>p{}</STYLE>', 'a\nb'],
    ['<script src="x"/>hidden</script>seen', 'seen'],
    ['<textarea>a &amp; <b></textarea>', 'a & <b>'],
    ['<a href="x>y" title=\'"\'>link</a>', 'link'],
    ['a<p class="b', 'a'],
    ['a < b > c <', 'a < b > c <'],
    ['<script>never closed', ''],
    ['</p></b>x', 'x'],
    ['&#0;&#55296;&#x110000;', '\ufffd\ufffd\ufffd'],
    ['', ''],
  ])('of %j is %j', (html, text) => {
    expect(textOfHtml(html)).toBe(text);
  });

  it('is read however deep elements are nested', () => {
    const deep = 1_000_000;
    expect(textOfHtml(`${'<div>'.repeat(deep)}x${'</div>'.repeat(deep)}`)).toBe('x');
    expect(textOfHtml('<b> </b>'.repeat(deep))).toBe('');
  });
});
