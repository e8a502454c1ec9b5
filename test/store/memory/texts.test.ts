import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareValues } from '../../../src/model/edm-value.js';
import { Bytes } from '../../../src/store/memory/bytes.js';
import { plainBytes, READINGS, Texts, type Where } from '../../../src/store/memory/texts.js';

const anyText = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '"', '\\', '\\"', 'a\u0000', '\ud800', '\udfff\ud800', 'é', 'É', 'İ', '📦', '\u007f'),
);

const written = (texts: Texts, code: number, room: number) => {
  const target = Buffer.alloc(room, '.');
  const end = texts.write(code, target, 1);
  return { end, text: target.toString() };
};

describe('Texts', () => {
  it('have one code each, from 1 on, however many there are', () => {
    const texts = new Texts();
    const names = Array.from({ length: 5000 }, (_, at) => `App ${at} ${'é'.repeat(at % 3)}`);
    expect(names.map((name) => texts.code(name))).toEqual(names.map((_, at) => at + 1));
    expect(names.map((name) => texts.code(name))).toEqual(names.map((_, at) => at + 1));
    expect(names.map((name) => texts.find(name))).toEqual(names.map((_, at) => at + 1));
    expect(names.map((_, at) => texts.text(at + 1))).toEqual(names);
    expect(texts.find('App 5000')).toBe(0);
    expect(texts.size).toBe(5001);
  });

  it('are what they were, however they are spelled in JSON', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyText, { maxLength: 40 }), (given) => {
        const texts = new Texts();
        const codes = given.map((text) => texts.code(text));
        expect(codes.map((code) => texts.text(code))).toEqual(given);
        for (const [at, text] of given.entries()) {
          const json = JSON.stringify(text);
          const bytes = new Bytes(Buffer.from(`xx${json}`));
          expect(texts.findAt(bytes, 3, bytes.length - 1)).toBe(codes[at]);
          expect(texts.standsAt(codes[at]!, bytes, 3)).toBe(true);
          expect(texts.endFrom(codes[at]!, 3)).toBe(bytes.length - 1);
          const spelled = json.slice(1, -1);
          const room = Buffer.byteLength(spelled) + 2;
          expect(written(texts, codes[at]!, room)).toEqual({ end: room - 1, text: `.${spelled}.` });
        }
      }),
    );
  });

  it('of any length have room, and say where they end when the target has none', () => {
    const texts = new Texts();
    const long = 'long '.repeat(500_000);
    for (const [at, text] of ['short', long, '', `${long}!`, 'another'].entries()) {
      expect(texts.code(text)).toBe(at + 1);
      expect(texts.text(at + 1) === text).toBe(true);
    }
    expect(texts.find(long)).toBe(2);
    expect(written(texts, 2, 8).end).toBe(1 + long.length);
    expect(written(texts, 1, 4)).toMatchObject({ end: 6 });
  });

  it('are in the order of all values', () => {
    fc.assert(
      fc.property(anyText, anyText, (left, right) => {
        const texts = new Texts();
        const order = texts.compare(texts.code(left), texts.code(right));
        expect(Math.sign(order)).toBe(compareValues(left, right));
      }),
    );
  });

  const WHERE: Record<Where, (text: string, part: string) => boolean> = {
    contains: (text, part) => text.includes(part),
    startswith: (text, part) => text.startsWith(part),
    endswith: (text, part) => text.endsWith(part),
  };
  const CASES: Record<keyof typeof READINGS, (text: string) => string> = {
    asIs: (text) => text,
    tolower: (text) => text.toLowerCase(),
    toupper: (text) => text.toUpperCase(),
  };

  it('have the parts that they have, or must be looked at', () => {
    const fewLetters = fc.string({
      unit: fc.constantFrom('a', 'A', 'b', 'z', ' ', '~', 'É', '"'),
      maxLength: 8,
    });
    const parts = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'B', 'Z'), maxLength: 3 });
    let answered = 0;
    fc.assert(
      fc.property(fewLetters, parts, (text, part) => {
        const texts = new Texts();
        texts.code(`${part}${part}`);
        const code = texts.code(text);
        for (const where of ['contains', 'startswith', 'endswith'] as const)
          for (const reading of ['asIs', 'tolower', 'toupper'] as const) {
            const has = texts.has(code, plainBytes(part)!, where, READINGS[reading]);
            if (has !== undefined) answered++;
            expect(has ?? 'look').toBe(/[É"]/.test(text) ? 'look' : WHERE[where](CASES[reading](text), part));
          }
      }),
      { numRuns: 500 },
    );
    expect(answered).toBeGreaterThan(0);
  });

  it.each(['é', 'a"b', '\\', 'tab\t'])('%j is not looked for by its bytes', (part) => {
    expect(plainBytes(part)).toBeUndefined();
  });
});
