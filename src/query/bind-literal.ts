/** Engine values of literals. Spec: ABNF `primitiveLiteral`; URL Conventions 5.1.1.14 (primitive literals). */
import { PRIMITIVES, type EdmValue } from '../model/edm-value.js';
import type { PrimitiveType } from '../model/edm.js';
import type { Expr } from './ast.js';
import { queryError, quoted, unsupported } from './query-error.js';
import { placeOf, type Scope } from './scope.js';
import type { LiteralKind, Syntax } from './syntax.js';

type LiteralSyntax = Extract<Syntax, { kind: 'literal' }>;

/** The types that a literal of each kind may have: the first that its value fits. */
const TYPES: Readonly<Record<Exclude<LiteralKind, 'null' | 'enum' | 'geo'>, readonly PrimitiveType[]>> = {
  boolean: ['Edm.Boolean'],
  string: ['Edm.String'],
  integer: ['Edm.Int32', 'Edm.Int64', 'Edm.Decimal'],
  decimal: ['Edm.Decimal'],
  double: ['Edm.Double'],
  guid: ['Edm.Guid'],
  date: ['Edm.Date'],
  dateTimeOffset: ['Edm.DateTimeOffset'],
  timeOfDay: ['Edm.TimeOfDay'],
  duration: ['Edm.Duration'],
  binary: ['Edm.Binary'],
};
const BASE64_URL = /^[A-Za-z0-9_-]*={0,2}$/;

/** The literal with its narrowest type. @throws FeedError QUERY_VALUE when there is no such day, moment, duration */
export function bindLiteral(syntax: LiteralSyntax, scope: Scope): Expr {
  const { literal, prefix } = syntax;
  if (literal === 'null') return { kind: 'literal', type: 'null', value: null };
  if (literal === 'geo') throw unsupported(`${prefix ?? 'geography'} literals`, placeOf(scope, syntax));
  if (literal === 'enum') {
    const what = `Unknown enumeration type ${quoted(prefix ?? '')}`;
    throw queryError(
      'QUERY_TYPE',
      what,
      placeOf(scope, syntax),
      "This service has no enumerations: write text as 'text'.",
    );
  }
  for (const type of TYPES[literal]) {
    const value = literalValue(syntax, type);
    if (value !== undefined) return { kind: 'literal', type, value };
  }
  throw queryError(
    'QUERY_VALUE',
    `${quoted(syntax.text)} is no valid ${TYPES[literal].join(' or ')}`,
    placeOf(scope, syntax),
  );
}

/** The value of a literal as one of type `type` (keys: the type is known); `undefined` when it is not one. */
export function literalValue(syntax: LiteralSyntax, type: PrimitiveType): EdmValue | undefined {
  const { literal, text } = syntax;
  const fits = literal !== 'null' && literal !== 'enum' && literal !== 'geo' && fitsType(literal, type);
  if (!fits) return undefined;
  if (literal === 'boolean') return text.toLowerCase() === 'true';
  if (literal === 'binary' && !BASE64_URL.test(text)) return undefined;
  return PRIMITIVES[type].fromLiteral(literal === 'string' ? text : text.replace(' ', '+'));
}

function fitsType(literal: keyof typeof TYPES, type: PrimitiveType): boolean {
  if (TYPES[literal].includes(type)) return true;
  return literal === 'integer' && /^Edm\.(Byte|SByte|Int16|Single|Double)$/.test(type);
}
