/**
 * `$metadata` as CSDL JSON, for clients that ask for it by `$format`: the same catalog and annotations as the XML.
 *
 * Spec: CSDL JSON 4.01. Defaults are left out as it wants: `$Type` of text, `$Nullable` false.
 */
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

type Json = boolean | string | number | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

/** The text of the document; its version is always 4.01, because CSDL JSON begins there. */
export function metadataJson(grants: Grants = EVERYTHING): string {
  const model = readableModel(grants);
  const references = VOCABULARIES.map(({ document, namespace, alias }): [string, Json] => [
    `${document}.json`,
    { $Include: [{ $Namespace: namespace, $Alias: alias }] },
  ]);
  const types = model.sets.map((set): [string, Json] => [set.type.name, entityType(set)]);
  const sets = model.sets.map((set): [string, Json] => [set.name, entitySet(set)]);
  const container = {
    $Kind: 'EntityContainer',
    ...objectOf(sets),
    ...annotations(containerAnnotations()),
  };
  return JSON.stringify({
    $Version: '4.01',
    $Reference: objectOf(references),
    $EntityContainer: `${NAMESPACE}.${CONTAINER}`,
    [NAMESPACE]: { ...objectOf(types), [CONTAINER]: container },
  });
}

function entityType(set: EntitySet): JsonObject {
  const { type } = set;
  return {
    $Kind: 'EntityType',
    $Key: type.key,
    ...objectOf(type.properties.map((property) => [property.name, structural(property)])),
    ...objectOf(type.navigation.map((navigation) => [navigation.name, related(navigation, set)])),
    ...annotations(wordsOf(type)),
  };
}

function structural(property: Property): JsonObject {
  return {
    ...(property.collection ? { $Collection: true } : {}),
    ...(property.type === 'Edm.String' ? {} : { $Type: property.type }),
    ...(property.nullable ? { $Nullable: true } : {}),
    ...(property.type === 'Edm.DateTimeOffset' ? { $Precision: MOMENT_PRECISION } : {}),
    ...annotations(wordsOf(property)),
  };
}

function related(navigation: NavigationProperty, from: EntitySet): JsonObject {
  const { collection, partner, on } = navigation;
  return {
    $Kind: 'NavigationProperty',
    ...(collection ? { $Collection: true } : { $Nullable: true }),
    $Type: `${NAMESPACE}.${from.target(navigation).type.name}`,
    ...(partner === undefined ? {} : { $Partner: partner }),
    ...(collection ? {} : { $ReferentialConstraint: objectOf(on) }),
    ...annotations(wordsOf(navigation)),
  };
}

function entitySet(set: EntitySet): JsonObject {
  const bindings = objectOf(
    set.type.navigation.map((navigation) => [navigation.name, set.target(navigation).name]),
  );
  return {
    $Collection: true,
    $Type: `${NAMESPACE}.${set.type.name}`,
    ...(set.type.navigation.length === 0 ? {} : { $NavigationPropertyBinding: bindings }),
    ...annotations(setAnnotations(set)),
  };
}

/** An object of named members, in their order. */
function objectOf(members: readonly (readonly [name: string, value: Json])[]): JsonObject {
  return Object.fromEntries(members);
}

function annotations(all: Annotations): JsonObject {
  return objectOf(Object.entries(all).map(([term, value]) => [`@${term}`, annotationValue(value)]));
}

function annotationValue(value: AnnotationValue): Json {
  if (typeof value !== 'object' || Array.isArray(value)) return value as Json;
  if ('paths' in value) return value.paths;
  const { record } = value as { record: Annotations };
  return objectOf(Object.entries(record).map(([name, member]) => [name, annotationValue(member)]));
}
