import { describe, expect, it } from '@jest/globals';
import { contentTypeOf, negotiateJson } from '../../src/odata/accept.js';
import { negotiateCoding } from '../../src/odata/encoding.js';
import { matchesEtag, weakEtag } from '../../src/odata/etag.js';
import { parsePrefer, preferenceApplied } from '../../src/odata/prefer.js';
import { negotiateVersion } from '../../src/odata/version.js';

const POWER_QUERY =
  'application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,' +
  'application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7';

describe('Accept and $format (Protocol 8.2.1, 11.2.12)', () => {
  it.each([
    [POWER_QUERY, 'application/json;odata.metadata=minimal'],
    [undefined, 'application/json;odata.metadata=minimal'],
    ['', 'application/json;odata.metadata=minimal'],
    ['*/*', 'application/json;odata.metadata=minimal'],
    ['application/*', 'application/json;odata.metadata=minimal'],
    ['text/html, */*;q=0.1', 'application/json;odata.metadata=minimal'],
    ['application/atom+xml, application/json;q=0.1', 'application/json;odata.metadata=minimal'],
    ['application/json', 'application/json;odata.metadata=minimal'],
    ['APPLICATION/JSON;Metadata=Full', 'application/json;odata.metadata=full'],
    ['application/json;metadata=none', 'application/json;odata.metadata=none'],
    ['application/json;odata=fullmetadata', 'application/json;odata.metadata=full'],
    ['application/json;odata=nometadata', 'application/json;odata.metadata=none'],
    [
      'application/json;odata.metadata=none;q=0.5,application/json;odata.metadata=full',
      'application/json;odata.metadata=full',
    ],
    ['application/json;q=0.5;odata.metadata=full, */*;q=0.5', 'application/json;odata.metadata=minimal'],
    [
      'application/json;odata.metadata=minimal;odata.streaming=true',
      'application/json;odata.metadata=minimal;odata.streaming=true',
    ],
    [
      'application/json;IEEE754Compatible=true',
      'application/json;odata.metadata=minimal;IEEE754Compatible=true',
    ],
    ['application/json;charset=utf-8', 'application/json;odata.metadata=minimal'],
    ['application/json;ExponentialDecimals=true', 'application/json;odata.metadata=minimal'],
    [
      'application/json;unknown=1, application/json;odata.metadata=none;q=0.2',
      'application/json;odata.metadata=none',
    ],
  ])('answers Accept: %s with %s', (accept, contentType) => {
    expect(contentTypeOf(negotiateJson(accept), '4.0')).toBe(contentType);
  });

  it.each([
    'application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7',
    'application/json;q=0',
    'application/json;q=0, */*',
    'application/json;odata=verbose',
    'application/json;odata.metadata=some',
    'application/json;unknown=1',
    'application/json;charset=iso-8859-1',
    'text/html',
    'nonsense',
  ])('refuses Accept: %s', (accept) => {
    expect(() => negotiateJson(accept)).toThrow(expect.objectContaining({ code: 'PROTOCOL_NOT_ACCEPTABLE' }));
  });

  it.each([
    ['json', 'application/json;odata.metadata=minimal'],
    ['JSON', 'application/json;odata.metadata=minimal'],
    ['application/json;odata.metadata=full', 'application/json;odata.metadata=full'],
  ])('lets $format=%s win over Accept', (option, contentType) => {
    expect(contentTypeOf(negotiateJson('text/html', option), '4.0')).toBe(contentType);
  });

  it.each(['xml', 'atom', 'application/xml', 'csv', ''])('refuses $format=%s', (option) => {
    expect(() => negotiateJson('application/json', option)).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_NOT_ACCEPTABLE', target: '$format' }),
    );
  });
});

describe('OData-MaxVersion and OData-Version (Protocol 8.1.5, 8.2.7)', () => {
  it.each([
    [undefined, '4.0'],
    ['4.0', '4.0'],
    ['4', '4.0'],
    ['4.01', '4.01'],
    ['4.1', '4.01'],
    ['5.0', '4.01'],
    ['10.0', '4.01'],
  ])('answers OData-MaxVersion: %s in %s', (max, version) => {
    expect(negotiateVersion(max === undefined ? {} : { 'odata-maxversion': max })).toBe(version);
  });

  it.each(['3.0', '1.0', '3.99', 'four', '', '4.0; x', '-4'])('refuses OData-MaxVersion: %s', (max) => {
    expect(() => negotiateVersion({ 'odata-maxversion': max })).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_VERSION', target: 'OData-MaxVersion' }),
    );
  });

  it('refuses a request that is written in another version', () => {
    expect(negotiateVersion({ 'odata-version': '4.01' })).toBe('4.0');
    expect(() => negotiateVersion({ 'odata-version': '3.0' })).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_VERSION' }),
    );
  });

  it('ignores MaxDataServiceVersion, which Power Query sends as well', () => {
    expect(negotiateVersion({ maxdataserviceversion: '3.0' })).toBe('4.0');
  });
});

describe('Prefer (Protocol 8.2.8, RFC 7240)', () => {
  it.each([
    ['odata.maxpagesize=50', 50, false, 'odata.maxpagesize=50'],
    ['maxpagesize="50"', 50, false, 'maxpagesize=50'],
    ['MaxPageSize=50, maxpagesize=60', 50, false, 'maxpagesize=50'],
    ['omit-values=nulls', undefined, true, 'omit-values=nulls'],
    ['odata.omit-values="nulls"', undefined, true, 'odata.omit-values=nulls'],
    [
      'respond-async, omit-values=nulls;x=1, odata.maxpagesize=7',
      7,
      true,
      'odata.maxpagesize=7, omit-values=nulls',
    ],
    ['omit-values=defaults', undefined, true, 'omit-values=defaults'],
    ['odata.omit-values=Defaults', undefined, true, 'odata.omit-values=defaults'],
    ['omit-values=all', undefined, false, undefined],
    ['odata.omit-values=all, omit-values=nulls', undefined, true, 'omit-values=nulls'],
    [
      'odata.include-annotations="display.*,-*"',
      undefined,
      false,
      'odata.include-annotations="display.*,-*"',
    ],
    ['include-annotations="*", maxpagesize=2', 2, false, 'maxpagesize=2, include-annotations="*"'],
    ['include-annotations="<x>"', undefined, false, undefined],
    ['return=representation, respond-async, odata.track-changes', undefined, false, undefined],
    ['maxpagesize=0', undefined, false, undefined],
    ['maxpagesize=-1', undefined, false, undefined],
    ['maxpagesize=1e3', undefined, false, undefined],
    ['return=minimal', undefined, false, undefined],
    ['', undefined, false, undefined],
    [undefined, undefined, false, undefined],
    [',;=,"', undefined, false, undefined],
  ])('reads Prefer: %s', (header, maxPageSize, omitNulls, applied) => {
    const preferences = parsePrefer(header);
    expect(preferences.maxPageSize).toBe(maxPageSize);
    expect(preferences.omitNulls).toBe(omitNulls);
    expect(preferenceApplied(preferences, maxPageSize)).toBe(applied);
  });
});

describe('Accept-Encoding (RFC 9110 12.5.3)', () => {
  it.each([
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br', 'gzip'],
    ['br', 'identity'],
    ['deflate', 'deflate'],
    ['gzip;q=0.2, deflate;q=0.8', 'deflate'],
    ['gzip;q=0', 'identity'],
    ['*', 'gzip'],
    ['gzip;q=0, *;q=0.5', 'deflate'],
    ['identity;q=1, gzip;q=0.5', 'identity'],
    ['x-gzip', 'gzip'],
    [undefined, 'identity'],
    ['', 'identity'],
  ])('codes for %s with %s, never with brotli', (header, coding) => {
    expect(negotiateCoding(header)).toBe(coding);
  });
});

describe('entity tags (RFC 9110 8.8.3, 13.1.2)', () => {
  const etag = weakEtag(['a', 'bc']);

  it('are weak, short, and differ with every part and its bounds', () => {
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
    expect(weakEtag(['ab', 'c'])).not.toBe(etag);
    expect(weakEtag(['a', 'bc'])).toBe(etag);
  });

  it('match weakly, in lists too', () => {
    expect(matchesEtag(etag, etag)).toBe(true);
    expect(matchesEtag(`"x", ${etag.slice(2)}`, etag)).toBe(true);
    expect(matchesEtag('"x", W/"y"', etag)).toBe(false);
    expect(matchesEtag(undefined, etag)).toBe(false);
  });
});
