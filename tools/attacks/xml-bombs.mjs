const document = (content) => `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">${content}</Document>`;
const COUNT = 100_000;
const laughs = Array.from({ length: 9 }, (_, index) => `<!ENTITY a${index + 1} "${`&a${index};`.repeat(10)}">`).join(
  '',
);
const FILE = 'file:///etc/passwd';
/** The length of a long text, in characters. */
const LENGTH = 5_000_000;

/** Files that make careless XML parsers use all memory or time, or read other files. */
export const xmlBombs = {
  'billion laughs': `<!DOCTYPE x [<!ENTITY a0 "ha">${laughs}]>${document('&a9;')}`,
  'quadratic blow-up': `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(100_000)}">]>${document('&a;'.repeat(10_000))}`,
  'entity with a local file': `<!DOCTYPE x [<!ENTITY a SYSTEM "${FILE}">]>${document('<GrpHdr>&a;</GrpHdr>')}`,
  'entity with an address': `<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:1/">]>${document('&a;')}`,
  'parameter entity': `<!DOCTYPE x [<!ENTITY % a SYSTEM "${FILE}"> %a;]>${document('')}`,
  'external document type': `<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">${document('')}`,
  'included file': document(`<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${FILE}"/>`),
  'style sheet': `<?xml-stylesheet href="${FILE}"?>${document('')}`,
  'unknown entity': document('&xxe;'),
  'deep elements': document(`${'<a>'.repeat(COUNT)}${'</a>'.repeat(COUNT)}`),
  'unclosed elements': '<a>'.repeat(COUNT),
  'many attributes': document(`<a ${Array.from({ length: COUNT }, (_, index) => `a${index}="1"`).join(' ')}/>`),
  'long name': document(`<${'a'.repeat(LENGTH)}/>`),
  'long comment': document(`<!--${'- '.repeat(LENGTH / 2)}`),
  'unclosed CDATA': document(`<![CDATA[${']'.repeat(LENGTH)}`),
  'many ampersands': document('&'.repeat(LENGTH)),
  'many less-than signs': '<'.repeat(LENGTH),
  'spaces in a tag': document(`<a${' '.repeat(LENGTH)}`),
  NUL: document('\u0000'),
  'character reference of NUL': document('<GrpHdr><MsgId>&#0;</MsgId></GrpHdr>'),
  'UTF-16': Buffer.from(`\ufeff${document('')}`, 'utf16le'),
  'UTF-7': `<?xml version="1.0" encoding="UTF-7"?>${document('+ADw-a+AD4-')}`,
};
