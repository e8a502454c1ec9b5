/**
 * The service host: odata-v4-server with our rooms in its hooks. The only importer of that package.
 *
 * What it does: the catalog is declared to it through its decorators, `ODataServer.create()` is the router, its path
 * parsing addresses sets, keys, navigation properties and properties, its controllers are called with a context and
 * hand over to our reading rooms, and it lists the sets of the service document.
 *
 * What it never sees, because left alone it answers with a stack trace, stalls or dies: the query (ours is the parser),
 * the client's own spelling of the path (it gets {@link packagePath}), Host, Accept and OData-MaxVersion as they came, a
 * body, a method other than GET. Routed beside it: `$metadata` (it writes one key property only and no annotations),
 * `/$count` (it converts every row first), addresses above {@link LONGEST_PATH}, and everything that is an error. It
 * is given the property, never `/$value` or `/$count` behind one: those decide only how we write it.
 *
 * It reads parameter names from the source of functions: no defaults and no destructuring in controller methods.
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Edm, odata, ODataController, ODataMetadataType, ODataResult, ODataServer } from 'odata-v4-server';
import { FeedError } from '../errors.js';
import type { EdmValue } from '../model/edm-value.js';
import { EVERYTHING, type Grants } from '../model/grants.js';
import { CONTAINER, NAMESPACE } from '../model/namespace.js';
import { WHOLE_MODEL } from '../model/readable-model.js';
import type { EntitySet, EntityType, Property } from '../model/edm.js';
import { answer } from './answer.js';
import { sendError } from './error-response.js';
import type { Ask, Exchange, ODataOptions, Reply } from './exchange.js';
import { packagePath } from './package-path.js';
import { treesByShape } from './package-tree.js';
import { readServiceDocument, type ServiceDocumentEntry } from './read-metadata.js';
import { readResource } from './read-resource.js';

export type { ODataOptions } from './exchange.js';

/** A resource on its way through the package. */
interface Passage {
  readonly exchange: Exchange;
  /** Controller calls until the one that answers. */
  callsLeft: number;
}

/** What the package hands to a controller method that asks for the context. */
interface HttpContext {
  readonly request: Request;
}

/** What stands in `response.locals.host` of an answer that came through the package. */
export interface HostMark {
  readonly name: 'odata-v4-server';
  /** Methods of its controllers that were called, in order. */
  readonly calls: string[];
  /** Key values as it parsed them, in the order of the key. */
  readonly keys: EdmValue[];
}

/** The package hands on the Express request: the one thread from its controllers back to the exchange. */
const passages = new WeakMap<object, Passage>();

type EntityClass = new () => object;

/** Decorator factories whose results the package leaves untyped. */
const decorate = {
  controllerOf: odata.type as (type: EntityClass) => (controller: typeof ODataController) => void,
  key: odata.key as (name: string) => (target: object, method: string, parameter: number) => void,
  serverWith: odata.controller as (
    controller: typeof ODataController,
    set: string,
  ) => (server: typeof ODataServer) => void,
};
const entityClasses = new Map<EntityType, EntityClass>();

/** The class that stands for the entity type of a set in the package's model. */
function entityClass({ type, target: targetOf }: EntitySet): EntityClass {
  const known = entityClasses.get(type);
  if (known !== undefined) return known;
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- only its name and decorations count
  const declared: EntityClass = class {};
  Object.defineProperty(declared, 'name', { value: type.name });
  entityClasses.set(type, declared);
  odata.namespace(NAMESPACE)(declared);
  const target = declared.prototype as object;
  for (const property of type.properties) declareProperty(target, property);
  for (const name of type.key) Edm.Key(target, name);
  for (const navigation of type.navigation) {
    const { name, collection } = navigation;
    const related = Edm.EntityType(Edm.ForwardRef(() => entityClass(targetOf(navigation))));
    (collection ? Edm.Collection(related) : related)(target, name);
  }
  return declared;
}

function declareProperty(target: object, property: Property): void {
  const decorators = Edm as unknown as Readonly<Record<string, (target: object, name: string) => void>>;
  const primitive = decorators[property.type.slice('Edm.'.length)];
  if (primitive === undefined) throw new Error(`odata-v4-server has no decorator for ${property.type}.`);
  (property.collection ? Edm.Collection(primitive) : primitive)(target, property.name);
}

/** The controller of a set. All have the same methods: what is to be read stands in the exchange. */
function controllerOf(set: EntitySet): typeof ODataController {
  const elementType = entityClass(set);
  class Controller extends ODataController {
    async collection(context: HttpContext): Promise<ODataResult> {
      return arrive(context, `${set.name}.collection`, elementType);
    }
    // eslint-disable-next-line max-params -- the package injects each part of a key by parameter; no key has more than four
    async entity(context: HttpContext, key1: EdmValue, key2?: EdmValue, key3?: EdmValue, key4?: EdmValue) {
      return arrive(context, `${set.name}.entity`, elementType, [key1, key2, key3, key4]);
    }
    async part(context: HttpContext): Promise<ODataResult> {
      return arrive(context, `${set.name}.part`);
    }
  }
  Object.defineProperty(Controller, 'name', { value: `${set.name}Controller` });
  decorate.controllerOf(elementType)(Controller);
  const target = Controller.prototype;
  for (const method of ['collection', 'entity', 'part']) odata.context(target, method, 0);
  odata.GET(target, 'collection');
  odata.GET(target, 'entity');
  set.type.key.forEach((name, index) => {
    decorate.key(name)(target, 'entity', index + 1);
  });
  for (const { name } of [...set.type.properties, ...set.type.navigation]) odata.GET(name)(target, 'part');
  return Controller;
}

/** Called by the package for every set, navigation property and property of a path; the last call answers. */
async function arrive(
  context: HttpContext,
  call: string,
  elementType?: EntityClass,
  keys: readonly (EdmValue | undefined)[] = [],
): Promise<ODataResult> {
  const passage = passages.get(context.request);
  if (passage === undefined) throw new Error('A controller was reached without an exchange.');
  const { exchange } = passage;
  const mark = (exchange.response.locals.host ??= {
    name: 'odata-v4-server',
    calls: [],
    keys: [],
  }) as HostMark;
  mark.calls.push(call);
  mark.keys.push(...keys.filter((key) => key !== undefined));
  passage.callsLeft -= 1;
  if (passage.callsLeft === 0) await readResource(exchange);
  // Without its type the package does not find the next step of the path.
  return Object.assign(new ODataResult(200), elementType === undefined ? {} : { elementType });
}

/** The package's server, declared from the catalog. */
class FeedServer extends ODataServer {
  /** Only the path goes in: canonical, and encoded once more because the package decodes before it parses. */
  static override createProcessor(context: { url: string; method: string }) {
    const url = context.url.replaceAll('%', '%25');
    const options = { disableEntityConversion: true, metadata: ODataMetadataType.none, objectMode: false };
    return super.createProcessor({ ...context, url, method: 'GET' }, options);
  }

  /** The package's list of sets, written by us: its own handler echoes Host and keeps the first one for ever. */
  static override document() {
    const document = super.document();
    const { value } = document.document('json') as { value: readonly ServiceDocumentEntry[] };
    document.requestHandler = () => (request, response) => {
      const passage = passages.get(request);
      if (passage === undefined) throw new Error('The service document was reached without an exchange.');
      response.locals.host = { name: 'odata-v4-server', calls: ['document'], keys: [] } satisfies HostMark;
      readServiceDocument(passage.exchange, value);
    };
    return document;
  }
}

odata.namespace(NAMESPACE)(FeedServer);
odata.container(CONTAINER)(FeedServer);
for (const set of WHOLE_MODEL.sets) decorate.serverWith(controllerOf(set), set.name)(FeedServer);

const packageParser = ODataServer.parser;
/** A path that the package cannot parse, although we could, is still no 500. */
const treeOf = treesByShape((path) => {
  try {
    return packageParser.odataUri(path, { metadata: FeedServer.$metadata().edmx });
  } catch (cause) {
    throw new FeedError('PROTOCOL_BAD_PATH', 'The path of the URL cannot be read.', { cause });
  }
});
FeedServer.parser = { ...packageParser, odataUri: treeOf as typeof packageParser.odataUri };

/** The last door before its own data path: no query gets in, whatever the guards before it did. */
FeedServer.validator = (parsed) => {
  if (typeof parsed === 'string' || (parsed.value as { query?: unknown }).query !== undefined)
    throw new FeedError('PROTOCOL_BAD_PATH', 'The path of the URL cannot be read.');
  return null;
};

/** Its parser takes a tenth of a second for a key of 15,000 characters; no address of a row that exists is near this. */
const LONGEST_PATH = 1024;

/** The package's router: it takes Express's requests, and with them the requests of a batch. */
type Host = (request: Ask, response: Reply, next: NextFunction) => void;

/** Hands an exchange to the package's router: from here its path parsing leads to the controllers above. */
function enterHost(host: Host, exchange: Exchange, next: NextFunction): void {
  const { request, response, understood } = exchange;
  const address = 'plan' in understood ? packagePath(understood) : { path: '/', calls: 0 };
  if (address === undefined || address.path.length > LONGEST_PATH) {
    readResource(exchange).catch((error: unknown) => {
      sendError(error, request, response, exchange.options.observe);
    });
    return;
  }
  passages.set(request, { exchange, callsLeft: address.calls });
  request.url = address.path;
  // It looks at these by itself, and takes none of them as the specification does.
  delete request.headers['accept-charset'];
  delete request.headers['odata-maxversion'];
  delete request.headers['content-length'];
  delete request.headers['transfer-encoding'];
  request.headers.accept = '*/*';
  host(request, response, next);
}

/** What fails within the package's router is answered like everything else. */

function answerFailure(error: unknown, request: Request, response: Response, _next: NextFunction): void {
  const passage = passages.get(request);
  sendError(error, request, response, passage?.exchange.options.observe ?? (() => undefined));
}

/**
 * The OData service as one handler; mount it on its path: `app.use('/odata', createODataRouter(options))`. It answers
 * every request itself, errors included. `response.locals.principal` (who asks) becomes part of entity tags,
 * `response.locals.requestId` of error messages, and `response.locals.grants` limits what can be read, if other rooms
 * have set them.
 */
export function createODataRouter(options: ODataOptions): RequestHandler {
  FeedServer.errorHandler = answerFailure as unknown as typeof FeedServer.errorHandler;
  const host = FeedServer.create() as unknown as Host;
  return (request, response, next) => {
    // Once, here: everything behind takes them from the arrival.
    const given = response.locals.grants as Grants | undefined;
    const grants = given ?? (options.needsGrants === true ? undefined : EVERYTHING);
    if (grants === undefined) {
      const bug = new Error('Nobody has said what this reader may read.');
      sendError(bug, request, response, options.observe);
      return;
    }
    answer({ request, response, options, grants }, (exchange) => {
      enterHost(host, exchange, next);
    });
  };
}
