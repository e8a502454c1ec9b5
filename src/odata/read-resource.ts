/** Which reading room answers which kind of resource, once the package has addressed it. */
import type { Exchange } from './exchange.js';
import { readCollection } from './read-collection.js';
import { readCount } from './read-count.js';
import { readEntity } from './read-entity.js';
import { readMetadata } from './read-metadata.js';
import { readProperty, readPropertyCount, readValue } from './read-property.js';

/** Answers a resource. @throws FeedError, before anything was sent */
export async function readResource(exchange: Exchange): Promise<void> {
  const { understood } = exchange;
  switch (understood.kind) {
    case 'collection':
      return readCollection({ ...exchange, understood });
    case 'entity':
      return readEntity({ ...exchange, understood });
    case 'count':
      return readCount({ ...exchange, understood });
    case 'property':
      return readProperty({ ...exchange, understood });
    case 'value':
      return readValue({ ...exchange, understood });
    case 'propertyCount':
      return readPropertyCount({ ...exchange, understood });
    case 'metadata':
      return readMetadata(exchange);
    case 'service':
      throw new Error('The service document is listed by the package.');
  }
}
