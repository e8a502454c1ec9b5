/**
 * The values of the system query options as syntax trees and plain values.
 * Spec: URL Conventions 4.01, 5.1; ABNF `systemQueryOption`.
 */
import { countedRows } from './limits.js';
import { parseApply } from './parse-apply.js';
import { parseCompute, parseExpand, parseOrderBy, parseSelect, parseWhole } from './parse-clauses.js';
import { parseAliasValue, parseWholeExpression } from './parse-expression.js';
import { parseSearch } from './parse-search.js';
import { optionError, type QueryOptions, type RawOption, type SystemOption } from './query-options.js';
import { quoted } from './query-error.js';
import type {
  ComputeItemSyntax,
  ExpandItemSyntax,
  OrderItemSyntax,
  SearchOptionSyntax,
  SelectItemSyntax,
  Syntax,
} from './syntax.js';
import type { ApplySyntax } from './syntax-apply.js';

/** A parsed option with the name that the client gave it, for messages. */
export interface Named<Value> {
  readonly option: string;
  readonly value: Value;
}

/** What each option's value is parsed to. */
export interface OptionValues {
  readonly filter: Syntax;
  readonly orderby: readonly OrderItemSyntax[];
  readonly select: readonly SelectItemSyntax[];
  readonly expand: readonly ExpandItemSyntax[];
  readonly compute: readonly ComputeItemSyntax[];
  readonly search: SearchOptionSyntax;
  readonly top: number;
  readonly skip: number;
  readonly count: boolean;
  readonly index: number;
  readonly format: string;
  readonly skiptoken: string;
  readonly deltatoken: string;
  readonly schemaversion: string;
  readonly id: string;
  readonly apply: ApplySyntax;
  readonly levels: string;
}

/** All options, parsed; absent ones are absent. */
export type ParsedQuery = { readonly [Name in SystemOption]?: Named<OptionValues[Name]> } & {
  readonly aliases: ReadonlyMap<string, Syntax>;
};

type Parsers = { readonly [Name in SystemOption]: (option: RawOption) => OptionValues[Name] };

const text = ({ value }: RawOption): string => value;

const nonEmpty = (option: RawOption): string => {
  if (option.value === '')
    throw optionError(
      option,
      'Expected a value, but the text ends',
      'Leave the option out, or give it a value.',
    );
  return option.value;
};

const PARSERS: Parsers = {
  filter: ({ value, name }) => parseWholeExpression(value, name),
  orderby: ({ value, name }) => parseWhole(value, name, parseOrderBy),
  select: ({ value, name }) => parseWhole(value, name, parseSelect),
  expand: ({ value, name }) => parseWhole(value, name, parseExpand),
  compute: ({ value, name }) => parseWhole(value, name, parseCompute),
  search: ({ value, name }) => ({ tree: parseSearch(value, name), position: 0 }),
  top: rowCount,
  skip: rowCount,
  count: booleanValue,
  index: indexValue,
  format: nonEmpty,
  skiptoken: nonEmpty,
  deltatoken: nonEmpty,
  schemaversion: nonEmpty,
  id: nonEmpty,
  apply: (option) => parseApply(nonEmpty(option), option.name),
  levels: text,
};

/** Parses every option of a URL. @throws FeedError QUERY_SYNTAX, QUERY_VALUE, QUERY_TOO_COMPLEX */
export function parseQuery(options: QueryOptions): ParsedQuery {
  const parsed: Record<string, unknown> = {};
  for (const [name, option] of options.system) {
    parsed[name] = { option: option.name, value: PARSERS[name](option) };
  }
  const aliases = new Map<string, Syntax>();
  for (const [name, value] of options.aliases) aliases.set(name, parseAliasValue(value, name));
  return { ...parsed, aliases };
}

/** `$top` and `$skip`. */
export function rowCount(option: RawOption): number {
  if (/^\d+$/.test(option.value)) return countedRows(option.value);
  throw optionError(
    option,
    `${quoted(option.value)} is not a whole number from 0`,
    `Write for example ${option.name}=100.`,
  );
}

function indexValue(option: RawOption): number {
  if (/^-?\d{1,15}$/.test(option.value)) return Number(option.value);
  throw optionError(
    option,
    `${quoted(option.value)} is not a whole number`,
    `Write for example ${option.name}=0.`,
  );
}

function booleanValue(option: RawOption): boolean {
  const value = option.value.toLowerCase();
  if (value === 'true' || value === 'false') return value === 'true';
  throw optionError(
    option,
    `${quoted(option.value)} is neither true nor false`,
    `Write ${option.name}=true or ${option.name}=false.`,
  );
}
