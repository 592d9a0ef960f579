import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { penaltyOf, qrCodeClass, type QrModules } from './qr-penalty.ts';

type ScoredCode = QrModules & { getPenaltyScore(): number };

/** The class of swissqrbill, which no other module of this spec has changed. */
interface QrCode {
  readonly prototype: ScoredCode;
  readonly encodeText: (text: string, level: unknown) => ScoredCode;
  readonly Ecc: { readonly MEDIUM: unknown };
}

const SIZE = 29;

it('the penalty of any code is that of swissqrbill, so it takes the same mask', async () => {
  const { prototype, encodeText, Ecc } = await qrCodeClass<QrCode>();
  const codeOf = (modules: boolean[][]): ScoredCode =>
    Object.assign(Object.create(prototype) as ScoredCode, { size: SIZE, modules });
  const code = fc.string({ minLength: 1, maxLength: 400 }).map((text) => encodeText(text, Ecc.MEDIUM));
  // Codes rarely contain long runs at the edges, or patterns like those of the corners in other places.
  const line = fc.array(fc.boolean(), { minLength: SIZE, maxLength: SIZE });
  const patterns = fc
    .array(fc.constantFrom('1011101', '0000', '1', '00', '11'), { minLength: SIZE, maxLength: SIZE })
    .map((parts) => Array.from(parts.join('').slice(0, SIZE), (digit) => digit === '1'));
  const noise = fc.array(line, { minLength: SIZE, maxLength: SIZE }).map(codeOf);
  const stripes = fc.oneof(line, patterns).chain((each) => {
    const rows = each.map(() => each);
    return fc.constantFrom(codeOf(rows), codeOf(each.map((isDark) => each.map(() => isDark))));
  });
  fc.assert(
    fc.property(fc.oneof(code, noise, stripes), (scored) => {
      expect(penaltyOf(scored)).toBe(scored.getPenaltyScore());
    }),
    { numRuns: 500 },
  );
});
