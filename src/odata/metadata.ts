/**
 * `$metadata`: the catalog as CSDL XML.
 *
 * Spec: CSDL XML 4.01; Capabilities, Core and Measures vocabularies. Only what works is advertised, and no annotation
 * holds an enumeration member: a feed that did broke Power Query's reading of the whole document.
 */
import { gzipSync } from 'node:zlib';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { CONTAINER, NAMESPACE } from '../model/namespace.js';
import { MOMENT_PRECISION } from '../model/edm-value.js';
import type { EntitySet, NavigationProperty, Property } from '../model/edm.js';
import { EVERYTHING, type Grants } from '../model/grants.js';
import { readableModel } from '../model/readable-model.js';
import {
  containerAnnotations,
  setAnnotations,
  VOCABULARIES,
  wordsOf,
  type Annotations,
  type AnnotationValue,
} from './capabilities.js';
import { weakEtag } from './etag.js';
import { metadataJson } from './metadata-json.js';
import type { Body } from './send.js';
import type { ODataVersion } from './version.js';

const EDMX = 'http://docs.oasis-open.org/odata/ns/edmx';
const EDM = 'http://docs.oasis-open.org/odata/ns/edm';

/** The document as it is sent. */
export interface MetadataDocument {
  readonly body: Body;
  /** Weak entity tag over the text. */
  readonly etag: string;
}

/** What is sent: the XML of one version, or the JSON, which has only one. */
type Form = ODataVersion | 'json';

const documents = new WeakMap<Grants, Map<Form, MetadataDocument>>();

/** The document in a form, of what the grants leave; written once for each. */
export function metadataDocument(form: Form, grants: Grants = EVERYTHING): MetadataDocument {
  const ofGrants = documents.get(grants) ?? new Map<Form, MetadataDocument>();
  documents.set(grants, ofGrants);
  const known = ofGrants.get(form);
  if (known !== undefined) return known;
  const text = form === 'json' ? metadataJson(grants) : metadataXml(form, grants);
  const identity = Buffer.from(text);
  const document = { body: { identity, gzip: gzipSync(identity) }, etag: weakEtag([text]) };
  ofGrants.set(form, document);
  return document;
}

/** The text of `$metadata`. */
export function metadataXml(version: ODataVersion = '4.0', grants: Grants = EVERYTHING): string {
  const { sets } = readableModel(grants);
  const edmx = create({ version: '1.0', encoding: 'UTF-8' }).ele(EDMX, 'edmx:Edmx', { Version: version });
  for (const { document, namespace, alias } of VOCABULARIES)
    edmx
      .ele(EDMX, 'edmx:Reference', { Uri: `${document}.xml` })
      .ele(EDMX, 'edmx:Include', { Namespace: namespace, Alias: alias });
  const schema = edmx.ele(EDMX, 'edmx:DataServices').ele(EDM, 'Schema', { Namespace: NAMESPACE });
  for (const set of sets) writeEntityType(schema, set);
  const container = schema.ele(EDM, 'EntityContainer', { Name: CONTAINER });
  for (const set of sets) writeEntitySet(container, set);
  annotate(container, containerAnnotations());
  return edmx.end({ prettyPrint: true });
}

function writeEntityType(schema: XMLBuilder, set: EntitySet): void {
  const { type } = set;
  const element = schema.ele(EDM, 'EntityType', { Name: type.name });
  const key = element.ele(EDM, 'Key');
  for (const name of type.key) key.ele(EDM, 'PropertyRef', { Name: name });
  for (const property of type.properties) writeProperty(element, property);
  for (const navigation of type.navigation) writeNavigation(element, navigation, set.target(navigation));
  annotate(element, wordsOf(type));
}

function writeProperty(entityType: XMLBuilder, property: Property): void {
  const element = entityType.ele(EDM, 'Property', {
    Name: property.name,
    Type: property.collection ? `Collection(${property.type})` : property.type,
    Nullable: String(property.nullable),
    // The default precision is whole seconds, and upstream sends fractions.
    ...(property.type === 'Edm.DateTimeOffset' ? { Precision: String(MOMENT_PRECISION) } : {}),
  });
  annotate(element, wordsOf(property));
}

function writeNavigation(entityType: XMLBuilder, navigation: NavigationProperty, target: EntitySet): void {
  const typeName = `${NAMESPACE}.${target.type.name}`;
  const element = entityType.ele(EDM, 'NavigationProperty', {
    Name: navigation.name,
    Type: navigation.collection ? `Collection(${typeName})` : typeName,
    ...(navigation.partner === undefined ? {} : { Partner: navigation.partner }),
  });
  if (!navigation.collection)
    for (const [local, foreign] of navigation.on)
      element.ele(EDM, 'ReferentialConstraint', { Property: local, ReferencedProperty: foreign });
  annotate(element, wordsOf(navigation));
}

function writeEntitySet(container: XMLBuilder, set: EntitySet): void {
  const element = container.ele(EDM, 'EntitySet', {
    Name: set.name,
    EntityType: `${NAMESPACE}.${set.type.name}`,
  });
  for (const navigation of set.type.navigation)
    element.ele(EDM, 'NavigationPropertyBinding', {
      Path: navigation.name,
      Target: set.target(navigation).name,
    });
  annotate(element, setAnnotations(set));
}

/** Adds annotations, constants in attribute notation (CSDL XML 4.01 section 14.3). */
function annotate(target: XMLBuilder, annotations: Annotations): void {
  for (const [term, value] of Object.entries(annotations))
    writeValue(target.ele(EDM, 'Annotation', { Term: term }), value);
}

function writeValue(element: XMLBuilder, value: AnnotationValue): void {
  if (typeof value === 'boolean') element.att('Bool', String(value));
  else if (typeof value === 'string') element.att('String', value);
  else if ('paths' in value) writeCollection(element, 'PropertyPath', value.paths);
  else if ('record' in value) {
    const record = element.ele(EDM, 'Record');
    for (const [property, member] of Object.entries(value.record))
      writeValue(record.ele(EDM, 'PropertyValue', { Property: property }), member);
  } else writeCollection(element, 'String', value);
}

function writeCollection(
  element: XMLBuilder,
  kind: 'String' | 'PropertyPath',
  texts: readonly string[],
): void {
  const collection = element.ele(EDM, 'Collection');
  for (const text of texts) collection.ele(EDM, kind).txt(text);
}
