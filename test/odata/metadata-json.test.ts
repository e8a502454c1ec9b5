import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import request from 'supertest';
import { ENTITY_SETS } from '../../src/model/catalog.js';
import { CONTAINER, NAMESPACE } from '../../src/model/namespace.js';
import { metadataXml } from '../../src/odata/metadata.js';
import { metadataJson } from '../../src/odata/metadata-json.js';
import { expectODataError } from './expect-odata-error.js';
import { startSmallFeed, type SmallFeed } from './small-feed.js';

type Csdl = Record<string, Record<string, Record<string, unknown>>>;
const document = JSON.parse(metadataJson()) as Csdl;
const schema = document[NAMESPACE]!;
const container = schema[CONTAINER]! as Record<string, Record<string, unknown>>;

describe('$metadata as CSDL JSON (CSDL JSON 4.01)', () => {
  it('names its version and its container', () => {
    expect(document.$Version).toBe('4.01');
    expect(document.$EntityContainer).toBe(`${NAMESPACE}.${CONTAINER}`);
  });

  it('holds every set, type, key, property and navigation property of the catalog', () => {
    for (const { name, type } of ENTITY_SETS) {
      expect(container[name]).toMatchObject({ $Collection: true, $Type: `${NAMESPACE}.${type.name}` });
      const declared = schema[type.name]!;
      expect(declared.$Key).toEqual(type.key);
      const members = Object.keys(declared).filter((member) => !/^[$@]/.test(member));
      expect(members).toEqual([...type.properties, ...type.navigation].map((property) => property.name));
    }
  });

  it('says types, collections and nullability', () => {
    expect(schema.DiscoveredApp).toMatchObject({
      tenantId: { '@Org.OData.Core.V1.Description': expect.any(String) },
      displayName: { $Nullable: true },
      userCount: {
        $Type: expect.stringMatching(/^Edm.Int/),
        $Nullable: true,
        '@Org.OData.Measures.V1.Unit': 'users',
      },
      lastSeenDateTime: { $Type: 'Edm.DateTimeOffset', $Nullable: true, $Precision: 3 },
      domains: { $Collection: true },
      stream: {
        $Kind: 'NavigationProperty',
        $Nullable: true,
        $Type: `${NAMESPACE}.Stream`,
        $ReferentialConstraint: { tenantId: 'tenantId', streamId: 'id' },
      },
      appTags: { $Kind: 'NavigationProperty', $Collection: true },
    });
  });

  it('has the annotations of the XML, every one', () => {
    const terms = (text: string, pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, term]) => term!).sort();
    expect(terms(metadataJson(), /"@(Org\.OData\.[\w.]+)"/g)).toEqual(
      terms(metadataXml(), /Annotation Term="([\w.]+)"/g),
    );
    expect(container.DiscoveredApps).toMatchObject({
      '@Org.OData.Capabilities.V1.SortRestrictions': {
        Sortable: true,
        NonSortableProperties: ['domains', 'tags'],
      },
    });
  });

  const folder = process.env.ODATA_TEST_DATA;
  const file = join(folder ?? '', 'csdl.schema.json');
  const there = folder !== undefined && existsSync(file);
  const title = 'is valid against the OASIS schema';
  (there ? it : it.skip)(
    there ? title : `${title} (skipped: ODATA_TEST_DATA names no csdl.schema.json)`,
    () => {
      const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
      const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
      validate(document);
      expect(validate.errors).toBeNull();
    },
  );
});

describe('GET $metadata (Protocol 4.01 11.1.2)', () => {
  let feed: SmallFeed;
  beforeAll(async () => {
    feed = await startSmallFeed();
  });
  afterAll(() => feed.close());
  const get = (query: string, headers: Record<string, string> = {}) =>
    request(feed.server).get(`/odata/$metadata${query}`).set(headers);

  it.each([
    '?$format=json',
    '?$format=application/json',
    '?format=JSON',
    '?$format=application/json;odata.metadata=minimal',
  ])('%s is CSDL JSON, in 4.01', async (query) => {
    const answer = await get(query);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'odata-version': '4.01' });
    expect(answer.text).toBe(metadataJson());
    expect((await get(query, { 'If-None-Match': answer.headers.etag! })).status).toBe(304);
  });

  it.each(['', '?$format=xml', '?$format=application/xml'])(
    '%s is XML whatever Accept says',
    async (query) => {
      for (const accept of [
        'application/json',
        'application/json;odata.metadata=minimal, application/xml;q=0.1',
        'text/csv',
      ]) {
        const answer = await get(query, { Accept: accept });
        expect(answer.headers).toMatchObject({
          'content-type': 'application/xml;charset=utf-8',
          'odata-version': '4.0',
        });
      }
    },
  );

  it('is no CSDL JSON for a client that stops at 4.0', async () => {
    const answer = await get('?$format=json', { 'OData-MaxVersion': '4.0' });
    expectODataError(answer, { status: 406, code: 'PROTOCOL_NOT_ACCEPTABLE', message: /4\.01/ });
  });

  it.each(['csv', 'atom', 'text/html', 'yaml'])('$format=%s answers 406', async (format) => {
    expectODataError(await get(`?$format=${format}`), { status: 406, code: 'PROTOCOL_NOT_ACCEPTABLE' });
  });
});
