/**
 * The OASIS test cases of the Data Aggregation 4.0 grammar, run through the parser: syntax only, the names in them are
 * not ours. What is legal and not done is refused by its name (501), never as a mistake.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { FeedError } from '../../src/errors.js';
import { parseWholeExpression } from '../../src/query/parse-expression.js';
import { parseQuery } from '../../src/query/parse-query.js';
import { decodePercent, splitQuery } from '../../src/query/query-options.js';
import { parseResourcePath } from '../../src/query/resource-path.js';

interface Case {
  readonly Name: string;
  readonly Rule: string;
  readonly Input: string;
  readonly FailAt?: number;
}

const asQuery = (input: string) => parseQuery(splitQuery(input));
const asUrl = (input: string) => {
  const [path = '', query = ''] = input.split(/\?(.*)/s);
  parseResourcePath(path);
  asQuery(query);
};
const RUN: Readonly<Record<string, (input: string) => unknown>> = {
  queryOptions: asQuery,
  odataRelativeUri: asUrl,
  commonExpr: (input) => parseWholeExpression(decodePercent(input, 'query'), '$filter'),
};

/** What the text of a case holds, when the case is legal and not done. */
const NOT_DONE =
  /\$these|\$crossjoin|[^)]\/aggregate\(|(?:nest|addnested|join|ancestors|descendants|traverse|rolluprecursive)\(|\/Custom\.condense|,Self\.Top|\$expand=.*\$apply/;

const TYPE_ALONE =
  'a derived type alone as what is aggregated: the model derives no types; refused as an expression';
const MODEL = 'syntax is right, only the model of the test cases refuses it: our binder knows our model';
/** Cases that end otherwise in the parser, with the reason. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'aggregate - custom aggregation method with only type cast': TYPE_ALONE,
  'aggregate - forbidden arithmetic on collection': MODEL,
  'aggregate - property requires method': MODEL,
  'aggregate - property requires method and alias': MODEL,
  'aggregate - property from requires with 2': MODEL,
  'aggregate - groupby no two consecutive primitive properties': MODEL,
  'aggregate - groupby with type cast': MODEL,
  'aggregate - groupby final type cast': MODEL,
  'aggregation methods - collection-valued navigation property': MODEL,
};

const folder = process.env.ODATA_TEST_DATA;

if (folder === undefined) {
  describe('OData Aggregation ABNF test cases', () => {
    it.skip('need ODATA_TEST_DATA, the folder of odata-aggregation-testcases.yaml', () => undefined);
  });
} else {
  const file = readFileSync(`${folder}/odata-aggregation-testcases.yaml`, 'utf8');
  const cases = (load(file) as { TestCases: Case[] }).TestCases.map((each) => ({
    ...each,
    Input: each.Input.replace(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')'),
  }));
  // Those with a fragment are context URLs: we write them and never read them.
  const concerned = cases.filter(
    ({ Name, Input }) => OTHERWISE[Name] === undefined && !Input.startsWith('$metadata#'),
  );
  const legal = concerned.filter(({ FailAt }) => FailAt === undefined);
  const rows = (list: readonly Case[]) => list.map(({ Name, Rule, Input }) => [Name, Rule, Input] as const);

  describe('OData Aggregation ABNF test cases', () => {
    it.each(rows(legal.filter(({ Input }) => !NOT_DONE.test(Input))))('%s parses', (_, rule, input) => {
      expect(() => RUN[rule]!(input)).not.toThrow();
    });

    it.each(rows(legal.filter(({ Input }) => NOT_DONE.test(Input))))(
      '%s is answered 501',
      (_, rule, input) => {
        const refusal = (() => {
          try {
            RUN[rule]!(input);
          } catch (error) {
            return error as FeedError;
          }
          return undefined;
        })();
        // Segments of a path are refused when they are bound.
        if (input.startsWith('$crossjoin')) return;
        expect(refusal).toMatchObject({ code: 'QUERY_UNSUPPORTED' });
      },
    );

    it.each(rows(concerned.filter(({ FailAt }) => FailAt !== undefined)))(
      '%s is refused',
      (_, rule, input) => {
        expect(() => RUN[rule]!(input)).toThrow(FeedError);
      },
    );

    it('every exception is still a test case', () => {
      const names = new Set(cases.map(({ Name }) => Name));
      expect(Object.keys(OTHERWISE).filter((name) => !names.has(name))).toEqual([]);
    });
  });
}
