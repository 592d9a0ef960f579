import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { ProductTypeKey } from './products/product-snapshot.ts';
import { Instant, Name, PrintableName, printableText, TimeZone } from './values.ts';

describe('an instant', () => {
  it.each([
    '2026-01-31T09:00:00.000Z',
    '2026-01-31T09:00:00Z',
    '2028-02-29T23:59:59.9Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
  ])('can be %s', (instant) => {
    expect(Instant.parse(instant)).toBe(instant);
  });

  // PostgreSQL rounds the first instant of the list to the year 10000, and has no year 0.
  it.each([
    '9999-12-31T23:59:59.9999999Z',
    '2026-01-31T09:00:00.0001Z',
    '0000-01-01T00:00:00Z',
    '2026-02-29T09:00:00Z',
    '2026-01-31T09:00:00+01:00',
    '+12026-01-31T09:00:00Z',
  ])('cannot be %s', (instant) => {
    expect(Instant.safeParse(instant).success).toBe(false);
  });

  it.each([
    ['2026-01-31T09:00:00+01:00', 'must be an instant in UTC that ends with Z, such as 2026-01-31T09:00:00.000Z'],
    ['2026-01-31T09:00:00.0001Z', 'must be in the years 0001 to 9999, with at most three decimals of a second'],
  ])('%s is refused with one error: %s', (instant, message) => {
    expect(Instant.safeParse(instant).error!.issues.map((issue) => issue.message)).toEqual([message]);
  });
});

describe('a text that documents print', () => {
  it.each([
    'Nguyễn Thị Hương',
    '株式会社山田商事',
    'ภาษาไทย',
    'हिन्दी',
    '한국어',
    'العربية',
    'שלום',
    'Müller №5 – “x” ™ €',
  ])('can be %s', (name) => {
    expect(printableText(70).parse(name)).toBe(name);
    expect(PrintableName.parse(name)).toBe(name);
  });

  it.each(['தமிழ்', 'ᏣᎳᎩ', 'Hosting 😀', '☎'])('cannot be %s', (name) => {
    for (const schema of [printableText(70), PrintableName])
      expect(schema.safeParse(name).error?.issues).toMatchObject([
        { message: 'must have only characters that documents can print' },
      ]);
  });
});

describe('a time zone', () => {
  it.each(Intl.supportedValuesOf('timeZone'))('can be the IANA name %s', (zone) => {
    expect(TimeZone.parse(zone)).toBe(zone);
  });

  it.each(['UTC', 'Etc/GMT+2', 'US/Eastern', 'Asia/Calcutta'])('can be the IANA alias %s', (zone) => {
    expect(TimeZone.parse(zone)).toBe(zone);
  });

  it.each(['+02:00', '-0800', '+02', '\u221202:00', 'GMT+2', 'UTC+02:00', 'Moon', ''])('cannot be %s', (zone) => {
    expect(TimeZone.safeParse(zone).success).toBe(false);
  });
});

describe('the key of a product type', () => {
  it.each([
    ['web_hosting', true],
    ['prdx_storage', true],
    ['prd_storage', false],
    ['res_center', false],
    ['Drive', false],
  ])('%s is valid: %s', (key, isValid) => {
    expect(ProductTypeKey.safeParse(key).success).toBe(isValid);
  });
});

/** Characters without a visible glyph. */
const invisible = {
  spaces: ' \u00a0\u1680\u2003\u202f\u3000',
  lineSeparators: '\u2028\u2029',
  zeroWidth: '\u200b\u200c\u200d\u2060\ufeff',
  hangulFillers: '\u115f\u1160\u3164\uffa0',
  khmerInherentVowels: '\u17b4\u17b5',
  brailleBlank: '\u2800',
  softHyphen: '\u00ad',
  direction: '\u200e\u200f\u061c\u202a\u202e\u2066\u2069',
  variationSelectors: '\ufe0f\u{e0100}\u180b',
  tags: '\u{e0041}\u{e007f}',
  joiner: '\u034f',
  musicalFormat: '\u{1d173}',
  marks: '\u0301\u20dd',
};

it('a text that is too long is not validated further', () => {
  const issues = ['\u200b'.repeat(256), '\u0000'.repeat(256)].map((name) => Name.safeParse(name).error?.issues);
  expect(issues.map((each) => each?.map(({ code }) => code))).toEqual([['too_big'], ['too_big']]);
});

describe('a name', () => {
  const schema = z.toJSONSchema(Name, { io: 'input' });

  it.each(Object.entries(invisible))(
    'cannot consist of %s without a visible character, but may contain them',
    (_, characters) => {
      // The code point is compared too, so that a failure shows the character.
      for (const name of [...Array.from(characters), characters])
        expect([name.codePointAt(0)!.toString(16), Name.safeParse(name).success]).toEqual([
          name.codePointAt(0)!.toString(16),
          false,
        ]);
      expect(new RegExp(schema.pattern!, 'u').test(characters)).toBe(false);
      expect(Name.safeParse(`a${characters}b`).success).toBe(true);
    },
  );

  it('cannot be empty, a control character, or all invisible characters together', () => {
    for (const name of [Object.values(invisible).join(''), '', '\t', '\u0000', '\u0085'])
      expect(Name.safeParse(name).success).toBe(false);
  });

  it('causes one error when it has no visible character', () => {
    for (const name of ['', ' ', '\u200b']) expect(Name.safeParse(name).error!.issues).toHaveLength(1);
  });

  it.each([
    'Web',
    'é',
    'e\u0301',
    '山',
    '한',
    '👩‍👩‍👧',
    '🏴\u{e0067}\u{e0062}\u{e007f}',
    '❤️',
    '-',
    '.',
    '1',
    'ა',
    '\u1100',
    '⠁',
    '  a  ',
  ])('can be %j', (name) => {
    expect(Name.safeParse(name).success).toBe(true);
    expect(new RegExp(schema.pattern!, 'u').test(name)).toBe(true);
  });

  it('has the pattern in its JSON Schema', () => {
    expect(schema).toMatchObject({
      type: 'string',
      minLength: 1,
      maxLength: 255,
      pattern: expect.stringContaining('Default_Ignorable_Code_Point'),
    });
  });
});
