/**
 * What the service can do, as annotations of `$metadata`. Power Query folds a step into the URL only where it is
 * advertised, and a folded request that fails can turn into a silent full download: so, exactly what works.
 *
 * Spec: Capabilities vocabulary (Org.OData.Capabilities.V1). Left out on purpose: ConformanceLevel, IsolationSupported,
 * Permissions, Navigability (enumerations) and AsynchronousRequestsSupported.
 */
import type { EntitySet } from '../model/edm.js';
import { FUNCTIONS } from '../query/functions.js';
import { TRANSFORMATIONS } from '../query/syntax-apply.js';

const CAPABILITIES = 'Org.OData.Capabilities.V1';
const AGGREGATION = 'Org.OData.Aggregation.V1';
const VOCABULARY_ROOT = 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies';

/** The vocabularies that the document refers to. */
export const VOCABULARIES = ['Core', 'Capabilities', 'Measures', 'Aggregation'].map((alias) => ({
  document: `${VOCABULARY_ROOT}/Org.OData.${alias}.V1`,
  namespace: `Org.OData.${alias}.V1`,
  alias,
}));

/** Value of an annotation: a constant, a collection of texts, one of property paths, or a record. */
export type AnnotationValue =
  | boolean
  | string
  | readonly string[]
  | { readonly paths: readonly string[] }
  | { readonly record: Readonly<Record<string, AnnotationValue>> };

/** Annotations by qualified term. */
export type Annotations = Readonly<Record<string, AnnotationValue>>;

/** What holds for the whole service. */
export function containerAnnotations(): Annotations {
  return {
    'Org.OData.Core.V1.ODataVersions': '4.0 4.01',
    [`${CAPABILITIES}.FilterFunctions`]: Object.keys(FUNCTIONS),
    [`${CAPABILITIES}.SupportedFormats`]: ['application/json', 'text/csv'],
    [`${CAPABILITIES}.BatchSupported`]: true,
    [`${CAPABILITIES}.BatchContinueOnErrorSupported`]: true,
    [`${CAPABILITIES}.BatchSupport`]: {
      record: {
        Supported: true,
        ContinueOnErrorSupported: true,
        ReferencesInRequestBodiesSupported: false,
        EtagReferencesSupported: false,
        RequestDependencyConditionsSupported: false,
        SupportedFormats: ['multipart/mixed', 'application/json'],
      },
    },
    [`${AGGREGATION}.ApplySupported`]: { record: { Transformations: TRANSFORMATIONS } },
  };
}

/** What holds for one entity set. */
export function setAnnotations({ type, description }: EntitySet): Annotations {
  const unsortable = type.properties.filter(({ collection }) => collection).map(({ name }) => name);
  const sort = unsortable.length === 0 ? {} : { NonSortableProperties: { paths: unsortable } };
  return {
    'Org.OData.Core.V1.Description': description,
    [`${CAPABILITIES}.TopSupported`]: true,
    [`${CAPABILITIES}.SkipSupported`]: true,
    [`${CAPABILITIES}.IndexableByKey`]: true,
    [`${CAPABILITIES}.FilterRestrictions`]: { record: { Filterable: true, RequiresFilter: false } },
    [`${CAPABILITIES}.SortRestrictions`]: { record: { Sortable: true, ...sort } },
    [`${CAPABILITIES}.CountRestrictions`]: { record: { Countable: true } },
    [`${CAPABILITIES}.ExpandRestrictions`]: { record: { Expandable: type.navigation.length > 0 } },
    [`${CAPABILITIES}.SearchRestrictions`]: { record: { Searchable: true } },
    [`${CAPABILITIES}.InsertRestrictions`]: { record: { Insertable: false } },
    [`${CAPABILITIES}.UpdateRestrictions`]: { record: { Updatable: false } },
    [`${CAPABILITIES}.DeleteRestrictions`]: { record: { Deletable: false } },
  };
}

/** What a report author reads of a type, a property or a navigation property: description, and unit if it has one. */
export function wordsOf(model: { readonly description: string; readonly unit?: string }): Annotations {
  return {
    'Org.OData.Core.V1.Description': model.description,
    ...(model.unit === undefined ? {} : { 'Org.OData.Measures.V1.Unit': model.unit }),
  };
}
