/**
 * What the service can do, as annotations of `$metadata`. Power Query folds a step into the URL only where it is
 * advertised, and a folded request that fails can turn into a silent full download: so, exactly what works.
 *
 * Spec: Capabilities vocabulary (Org.OData.Capabilities.V1). Left out on purpose: ConformanceLevel, IsolationSupported,
 * Permissions, Navigability (enumerations) and AsynchronousRequestsSupported.
 */
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import type { EntitySet } from '../model/edm.js';

const EDM = 'http://docs.oasis-open.org/odata/ns/edm';
const CAPABILITIES = 'Org.OData.Capabilities.V1';
const VOCABULARY_ROOT = 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies';

/** The vocabularies that the document refers to. */
export const VOCABULARIES = ['Core', 'Capabilities', 'Measures'].map((alias) => ({
  uri: `${VOCABULARY_ROOT}/Org.OData.${alias}.V1.xml`,
  namespace: `Org.OData.${alias}.V1`,
  alias,
}));

/** A constant of CSDL in attribute notation (CSDL XML 4.01 section 14.3). */
export type Constant = { readonly Bool: 'true' | 'false' } | { readonly String: string };

/** Adds an annotation with a constant. */
export function annotate(target: XMLBuilder, term: string, value: Constant): void {
  target.ele(EDM, 'Annotation', { Term: term, ...value });
}

/** Adds what holds for the whole service. */
export function annotateContainer(container: XMLBuilder, functions: readonly string[]): void {
  annotateList(container, `${CAPABILITIES}.FilterFunctions`, functions);
  annotateList(container, `${CAPABILITIES}.SupportedFormats`, ['application/json']);
  annotate(container, `${CAPABILITIES}.BatchSupported`, { Bool: 'false' });
}

/** Adds what holds for one entity set. */
export function annotateSet(element: XMLBuilder, set: EntitySet): void {
  annotate(element, `${CAPABILITIES}.TopSupported`, { Bool: 'true' });
  annotate(element, `${CAPABILITIES}.SkipSupported`, { Bool: 'true' });
  annotate(element, `${CAPABILITIES}.IndexableByKey`, { Bool: 'true' });
  annotateRecord(element, 'FilterRestrictions', { Filterable: true, RequiresFilter: false });
  const sort = annotateRecord(element, 'SortRestrictions', { Sortable: true });
  const unsortable = set.type.properties.filter((property) => property.collection);
  if (unsortable.length > 0) {
    const paths = sort
      .ele(EDM, 'PropertyValue', { Property: 'NonSortableProperties' })
      .ele(EDM, 'Collection');
    for (const property of unsortable) paths.ele(EDM, 'PropertyPath').txt(property.name);
  }
  annotateRecord(element, 'CountRestrictions', { Countable: true });
  annotateRecord(element, 'ExpandRestrictions', { Expandable: set.type.navigation.length > 0 });
  annotateRecord(element, 'SearchRestrictions', { Searchable: true });
  annotateRecord(element, 'InsertRestrictions', { Insertable: false });
  annotateRecord(element, 'UpdateRestrictions', { Updatable: false });
  annotateRecord(element, 'DeleteRestrictions', { Deletable: false });
}

function annotateRecord(
  target: XMLBuilder,
  term: string,
  values: Readonly<Record<string, boolean>>,
): XMLBuilder {
  const record = target.ele(EDM, 'Annotation', { Term: `${CAPABILITIES}.${term}` }).ele(EDM, 'Record');
  for (const [property, value] of Object.entries(values))
    record.ele(EDM, 'PropertyValue', { Property: property, Bool: String(value) });
  return record;
}

function annotateList(target: XMLBuilder, term: string, values: readonly string[]): void {
  const list = target.ele(EDM, 'Annotation', { Term: term }).ele(EDM, 'Collection');
  for (const value of values) list.ele(EDM, 'String').txt(value);
}
