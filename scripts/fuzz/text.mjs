/** Small arbitraries of text, and how to put arbitraries of text together. */
import fc from 'fast-check';

/** Text out of fixed parts and arbitraries. */
export function join(...parts) {
  const arbitraries = parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part));
  return fc.tuple(...arbitraries).map((texts) => texts.join(''));
}

/** `min` to `max` of them with a separator. */
export function list(arbitrary, { min = 1, max = 4, separator = ',' } = {}) {
  return fc.array(arbitrary, { minLength: min, maxLength: max }).map((texts) => texts.join(separator));
}

/** One of some texts. */
export const word = (...texts) => fc.constantFrom(...texts);

/** Text as it may stand between quotes: what breaks parsers, loggers, patterns and tables. */
export const content = fc.oneof(
  word(
    '',
    'a',
    'Mail',
    'crm',
    'O\'Reilly & 50% "é" 😀',
    '%',
    '_',
    '+',
    '&',
    '#',
    '/',
    '\\',
    '=1+1',
    "''",
    '(',
    '.*',
    '(a+)+$',
    '[a-z]{2,5}',
    '^',
    '\u0000',
    '\u202e',
    '\ud800',
    '${x}',
    '<script>',
    '__proto__',
    'a'.repeat(300),
  ),
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.string({ maxLength: 12 }),
);

/** A string literal. */
export const stringLiteral = content.map((text) => `'${text.replaceAll("'", "''")}'`);

const number = word(
  '0',
  '1',
  '-1',
  '5',
  '10',
  '3.5',
  '-0.0',
  '1e3',
  '1e400',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '99999999999999999999999',
  '0.1',
  'INF',
  '-INF',
  'NaN',
);

/** Literals by type; every entry is what URL Conventions 5.1.1.14 allows, and some that it does not. */
export const literals = {
  'Edm.Boolean': word('true', 'false', 'null'),
  'Edm.String': fc.oneof({ weight: 8, arbitrary: stringLiteral }, { weight: 1, arbitrary: word('null') }),
  number: fc.oneof({ weight: 8, arbitrary: number }, { weight: 1, arbitrary: fc.integer().map(String) }),
  'Edm.DateTimeOffset': word(
    '2026-11-23T04:05:06Z',
    '2026-11-23T04:05:06.1234567+05:30',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2024-02-29T24:00:00Z',
    '2023-02-29T00:00:00Z',
    '-0001-01-01T00:00:00Z',
    '2026-11-23T04:05Z',
    'now()',
    'mindatetime()',
    'maxdatetime()',
    'null',
  ),
  'Edm.Date': word('2026-11-23', '2024-02-29', '2023-02-29', '0000-01-01', '-0044-03-15', '99999-01-01'),
  'Edm.TimeOfDay': word('04:05:06', '23:59:59.999999999999', '24:00', '10:11'),
  'Edm.Duration': word(
    "duration'P1D'",
    "duration'PT0S'",
    "duration'-P3DT4H5M6.789S'",
    "'P1D'",
    "duration'P99999999D'",
    "duration'P'",
  ),
  'Edm.Guid': word('01234567-89ab-cdef-0123-456789abcdef', '00000000-0000-0000-0000-000000000000'),
  'Edm.Binary': word("binary'T0RhdGE='", "binary''", "binary'='"),
};
