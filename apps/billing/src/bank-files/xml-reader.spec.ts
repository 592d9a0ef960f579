import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readXml } from '../../test/read-xml.ts';
import { child, pointerOf, textAt } from './xml-element.ts';
import { XmlSyntaxError } from './xml-reader.ts';

function syntaxErrorOf(text: string): { code: string; line: number; column: number } | undefined {
  try {
    readXml(text);
  } catch (error) {
    if (error instanceof XmlSyntaxError) return { code: error.code, line: error.line, column: error.column };
    throw error;
  }
  return undefined;
}

describe('the XML reader', () => {
  it('reads elements, attributes, text and CDATA, and skips comments and prefixes', () => {
    const root = readXml(`\uFEFF<?xml version="1.0"?><!-- before --><n:a xmlns:n="u" q='1 > 0 &amp; "x"'>
      <n:b>x &lt; y &#233;&#xe9;<!-- not this --><![CDATA[ <&amp;> ]]></n:b><c/><c>2</c></n:a> `);
    expect(root.name).toBe('a');
    expect(root.attributes['q']).toBe('1 > 0 & "x"');
    expect(textAt(root, 'b')).toBe('x < y éé <&amp;>');
    expect(root.children.map(({ name }) => name)).toEqual(['b', 'c', 'c']);
  });

  it('calls the callback when an element ends, and removes the element if the callback returns true', () => {
    const removedElements: string[] = [];
    const root = readXml('<Document><Stmt><Ntry>1</Ntry><Ntry>2</Ntry></Stmt></Document>', (element) => {
      if (element.name === 'Ntry') removedElements.push(`${pointerOf(element)} ${element.text}`);
      return element.name === 'Ntry';
    });
    expect(removedElements).toEqual(['/Document/Stmt[1]/Ntry[1] 1', '/Document/Stmt[1]/Ntry[2] 2']);
    expect(child(root, 'Stmt')?.children).toEqual([]);
  });

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '<a><b></a></b>',
    '<a/><b/>',
    '<a/>text',
    '</a>',
    '<a',
    '<a x=1/>',
    '<a x="1" x="2"/>',
    '<a x="<"/>',
    '<a x="1"y>',
    '<1a/>',
    '<a:b:c/>',
    '<a><</a>',
    '<a>&foo;</a>',
    '<a>&</a>',
    '<a>&amp</a>',
    '<a>&#0;</a>',
    '<a>&#xD800;</a>',
    '<a>&#x110000;</a>',
    '<a>\u0000</a>',
    '<a><!-- </a>',
    '<a><![CDATA[ </a>',
    '<?xml version="1.0"',
  ])('refuses %j as malformed', (text) => {
    expect(syntaxErrorOf(text)?.code).toBe('XML_MALFORMED');
  });

  it.each([
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    '<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
    '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>',
    '<!doctype a><a/>',
  ])('refuses the document type in %s', (text) => {
    expect(syntaxErrorOf(text)?.code).toBe('XML_DOCTYPE_FORBIDDEN');
  });

  it('reports the line and the column of an error', () => {
    expect(syntaxErrorOf('<a>\n  <b></c>\n</a>')).toEqual({ code: 'XML_MALFORMED', line: 2, column: 6 });
  });

  it('reads attributes and elements with the names of object properties, such as `constructor`', () => {
    const root = readXml('<a __proto__="1"><__proto__>2</__proto__><constructor>3</constructor></a>');
    expect(root.attributes['__proto__']).toBe('1');
    expect(textAt(root, 'constructor')).toBe('3');
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  it.each([
    ['deep nesting', '<a>'.repeat(100_000)],
    ['an attribute without end', `<a x="${'>'.repeat(1_000_000)}`],
    ['many brackets', '<'.repeat(1_000_000)],
    ['many ampersands', `<a>${'&'.repeat(10_000_000)}</a>`],
    ['many quotes', `<a ${'" '.repeat(500_000)}`],
    ['a comment without end', `<a>${'<!-- '.repeat(200_000)}`],
  ])('refuses %s within five seconds', (_name, text) => {
    const startedAt = performance.now();
    expect(syntaxErrorOf(text)).toBeDefined();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('property: returns the text that was escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const clean = text.replaceAll(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD]/g, '');
        const escaped = clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
        expect(readXml(`<a>${escaped}</a>`).text).toBe(clean);
      }),
    );
  });

  it('property: throws only syntax errors on random input', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('<', '>', '/', 'a', '"', "'", '=', '&', ';', '!', '--', '[CDATA[', ']]>', '?', ' ', '#'),
          { maxLength: 40 },
        ),
        (parts) => {
          expect(() => syntaxErrorOf(parts.join(''))).not.toThrow();
        },
      ),
      { numRuns: 1000 },
    );
  });
});
