import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { create } from 'xmlbuilder2';
import { ENTITY_SETS } from '../../src/model/catalog.js';
import { metadataDocument, metadataXml } from '../../src/odata/metadata.js';
import { FUNCTIONS } from '../../src/query/functions.js';
import { TRANSFORMATIONS } from '../../src/query/syntax-apply.js';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

/** The parsed document as plain elements, in document order. */
function parse(xml: string): Element {
  const root = create(xml).root().node;
  const read = (node: typeof root): Element => {
    const element = node as unknown as {
      nodeName: string;
      attributes: Iterable<{ name: string; value: string }>;
      childNodes: Iterable<{ nodeType: number; textContent: string }>;
      textContent: string;
    };
    return {
      name: element.nodeName,
      attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
      children: [...element.childNodes]
        .filter((child) => child.nodeType === 1)
        .map((child) => read(child as unknown as typeof root)),
      text: element.textContent,
    };
  };
  return read(root);
}

function all(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
}

const xml = metadataXml();
const document = parse(xml);

function annotationOf(element: Element, term: string): Element | undefined {
  return element.children.find((child) => child.name === 'Annotation' && child.attributes.Term === term);
}

describe('$metadata', () => {
  it('is an EDMX document of version 4.0, or of 4.01 when that was negotiated', () => {
    expect(xml.startsWith('<?xml version="1.0" encoding="UTF-8"?>')).toBe(true);
    expect(document.attributes.Version).toBe('4.0');
    expect(parse(metadataXml('4.01')).attributes.Version).toBe('4.01');
  });

  it('declares every entity type of the catalog with its whole key and all properties', () => {
    for (const { type } of ENTITY_SETS) {
      const element = all(document, 'EntityType').find((each) => each.attributes.Name === type.name)!;
      expect(all(element, 'PropertyRef').map((each) => each.attributes.Name)).toEqual(type.key);
      expect(all(element, 'Property').map((each) => each.attributes.Name)).toEqual(
        type.properties.map((property) => property.name),
      );
      expect(all(element, 'NavigationProperty').map((each) => each.attributes.Name)).toEqual(
        type.navigation.map((navigation) => navigation.name),
      );
    }
  });

  it('describes every type, set, property and navigation property', () => {
    const described = ['EntityType', 'EntitySet', 'Property', 'NavigationProperty'];
    for (const element of described.flatMap((name) => all(document, name)))
      expect(annotationOf(element, 'Org.OData.Core.V1.Description')?.attributes.String).toMatch(/\w/);
  });

  it('says the unit of measured properties', () => {
    const users = all(document, 'Property').find((each) => each.attributes.Name === 'userCount')!;
    expect(annotationOf(users, 'Org.OData.Measures.V1.Unit')?.attributes.String).toBe('users');
  });

  it('gives to-one navigation properties referential constraints and partners that lead back', () => {
    const types = all(document, 'EntityType');
    for (const type of types)
      for (const navigation of all(type, 'NavigationProperty')) {
        const collection = navigation.attributes.Type!.startsWith('Collection(');
        expect(all(navigation, 'ReferentialConstraint').length > 0).toBe(!collection);
        const partner = navigation.attributes.Partner;
        if (partner === undefined) continue;
        const target = navigation.attributes.Type!.replace(/^Collection\(|\)$/g, '').split('.')[1];
        const back = all(
          types.find((each) => each.attributes.Name === target)!,
          'NavigationProperty',
        ).find((each) => each.attributes.Name === partner);
        expect(back?.attributes.Type).toContain(`.${type.attributes.Name!}`);
      }
  });

  it('binds every navigation property to the set that it leads to', () => {
    for (const set of ENTITY_SETS) {
      const element = all(document, 'EntitySet').find((each) => each.attributes.Name === set.name)!;
      expect(
        all(element, 'NavigationPropertyBinding').map((each) => [
          each.attributes.Path,
          each.attributes.Target,
        ]),
      ).toEqual(set.type.navigation.map((navigation) => [navigation.name, navigation.target]));
    }
  });

  it('advertises exactly the filter functions that the query room has', () => {
    const container = all(document, 'EntityContainer')[0]!;
    const list = annotationOf(container, 'Org.OData.Capabilities.V1.FilterFunctions')!;
    expect(all(list, 'String').map((each) => each.text)).toEqual(Object.keys(FUNCTIONS));
  });

  it.each(['TopSupported', 'SkipSupported', 'IndexableByKey'])('says %s of every set', (term) => {
    for (const set of all(document, 'EntitySet'))
      expect(annotationOf(set, `Org.OData.Capabilities.V1.${term}`)?.attributes.Bool).toBe('true');
  });

  it.each(['Insert', 'Update', 'Delete'])('says that the sets are read-only (%sRestrictions)', (verb) => {
    for (const set of all(document, 'EntitySet')) {
      const record = annotationOf(set, `Org.OData.Capabilities.V1.${verb}Restrictions`)!;
      expect(all(record, 'PropertyValue').map((each) => each.attributes.Bool)).toEqual(['false']);
    }
  });

  it('holds no enumeration member (they broke Power Query), and says that $batch works', () => {
    expect(all(document, 'EnumMember')).toEqual([]);
    expect(xml).not.toMatch(/EnumMember|ConformanceLevel|IsolationSupported|Permissions|Navigability/);
    expect(xml).toContain('<Annotation Term="Org.OData.Capabilities.V1.BatchSupported" Bool="true"/>');
  });

  it('advertises exactly the transformations of $apply that work, as strings', () => {
    const container = all(document, 'EntityContainer')[0]!;
    const record = annotationOf(container, 'Org.OData.Aggregation.V1.ApplySupported')!;
    expect(all(record, 'String').map((each) => each.text)).toEqual(TRANSFORMATIONS);
    expect(all(record, 'PropertyValue').map((each) => each.attributes.Property)).toEqual(['Transformations']);
  });

  it('refers to every vocabulary that it uses', () => {
    const included = all(document, 'edmx:Include').map((each) => each.attributes.Namespace);
    for (const annotation of all(document, 'Annotation'))
      expect(included).toContain(annotation.attributes.Term!.replace(/\.\w+$/, ''));
  });

  it('is written once per version', () => {
    expect(metadataDocument('4.0')).toBe(metadataDocument('4.0'));
    expect(metadataDocument('4.0').etag).not.toBe(metadataDocument('4.01').etag);
  });

  const schemas = process.env.ODATA_TEST_DATA;
  const schema = join(schemas ?? '', 'edmx.xsd');
  const missing =
    schemas === undefined || !existsSync(schema)
      ? 'ODATA_TEST_DATA does not name a folder with edmx.xsd'
      : spawnSync('xmllint', ['--version']).status !== 0
        ? 'xmllint is not installed'
        : undefined;
  const title = 'is valid against the OASIS schemas';
  (missing === undefined ? it : it.skip)(
    missing === undefined ? title : `${title} (skipped: ${missing})`,
    () => {
      for (const version of ['4.0', '4.01'] as const) {
        const lint = spawnSync('xmllint', ['--nonet', '--noout', '--schema', schema, '-'], {
          input: metadataXml(version),
          encoding: 'utf8',
        });
        expect(lint.stderr.trim()).toBe('- validates');
      }
    },
  );
});
