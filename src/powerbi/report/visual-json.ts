/** The files of one visual: visual.json and, where it has a place on the phone, mobile.json. */
import { expressionOf, literal, projectionOf } from './field.js';
import type { Box, Visual } from './visual.js';

const SCHEMAS = 'https://developer.microsoft.com/json-schemas/fabric/item/report/definition';

/** visual.json. @param order place in the order of Tab, from 0 */
export function visualJson(visual: Visual, order: number): object {
  const { name, type, wells, filters, objects = {}, syncGroup } = visual;
  return {
    $schema: `${SCHEMAS}/visualContainer/2.0.0/schema.json`,
    name,
    position: { ...position(visual.at, order), tabOrder: order * 1000 },
    visual: {
      visualType: type,
      ...(wells === undefined ? {} : { query: queryOf(visual, wells) }),
      objects: Object.fromEntries(
        Object.entries(objects).map(([object, properties]) => [
          object,
          Array.isArray(properties) ? properties : [{ properties }],
        ]),
      ),
      visualContainerObjects: containerObjects(visual),
      ...(syncGroup === undefined ? {} : { syncGroup: { groupName: syncGroup, fieldChanges: true, filterChanges: true } }),
      drillFilterOtherVisuals: true,
    },
    ...(filters === undefined ? {} : { filterConfig: { filters } }),
  };
}

/** mobile.json of a visual that has a place on the phone. */
export function mobileJson(phone: Box, order: number): object {
  return {
    $schema: `${SCHEMAS}/visualContainerMobileState/1.5.0/schema.json`,
    position: { ...position(phone, order), tabOrder: order * 1000 },
  };
}

function position([x, y, width, height]: Box, order: number): object {
  return { x, y, z: order * 1000, height, width };
}

function queryOf({ type, sort }: Visual, wells: NonNullable<Visual['wells']>): object {
  const queryState = Object.fromEntries(
    Object.entries(wells).map(([well, fields]) => [
      well,
      { projections: fields.map((field) => projectionOf(field, type !== 'tableEx')) },
    ]),
  );
  if (sort === undefined) return { queryState };
  return {
    queryState,
    sortDefinition: { sort: [{ field: expressionOf(sort), direction: 'Descending' }] },
  };
}

function containerObjects({ title, titleStyle, alt, press }: Visual): object {
  const titled =
    title === undefined
      ? { show: literal(false) }
      : { show: literal(true), text: literal(title), ...titleStyle };
  return {
    title: [{ properties: titled }],
    general: [{ properties: { altText: literal(alt) } }],
    ...(press === undefined
      ? {}
      : { visualLink: [{ properties: { show: literal(true), type: literal(press) } }] }),
  };
}
