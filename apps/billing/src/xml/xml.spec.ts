import { expect, test } from '@jest/globals';
import { element, group, leaf } from './xml.ts';

test('texts and attributes are escaped; characters that XML forbids are removed', () => {
  expect(leaf('a', 'x & <y> "z"\u0000\ud800', { b: '"&' })).toBe(
    '<a b="&quot;&amp;">x &amp; &lt;y&gt; &quot;z&quot;</a>',
  );
});

test('an element without content is left out, unless it is wanted', () => {
  expect(group('a', leaf('b', undefined), group('c', false), [undefined])).toBeUndefined();
  expect(element('a', { b: undefined }, leaf('c', 'd'), [leaf('e', '')])).toBe('<a><c>d</c><e></e></a>');
});
