/**
 * A bill of materials of the product in CycloneDX 1.6 JSON, from package-lock.json alone: no time, no serial number by
 * chance, so that the same lock file gives the same bytes on every machine and with every npm.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { directNeeds, productionTree } from './production-tree.mjs';

const ALGORITHMS = { sha512: 'SHA-512', sha384: 'SHA-384', sha256: 'SHA-256', sha1: 'SHA-1' };

/** @param lock package-lock.json @param product package.json */
export function cyclonedx(lock, product) {
  const tree = productionTree(lock);
  const self = `${product.name}@${product.version}`;
  const bom = {
    metadata: {
      component: {
        type: 'application',
        'bom-ref': self,
        name: product.name,
        version: product.version,
        description: product.description,
        licenses: licensesOf(product.license),
        purl: purl(product.name, product.version),
      },
    },
    components: tree.map(component),
    dependencies: [
      { ref: self, dependsOn: directNeeds(lock) },
      ...tree.map(({ ref, needs }) => ({ ref, dependsOn: [...needs].sort() })),
    ],
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bom))}`,
    version: 1,
    ...bom,
  };
}

function component({ ref, name, version, license, integrity, resolved, optional }) {
  const [group, bare] = name.startsWith('@') ? name.split('/') : [undefined, name];
  return {
    type: 'library',
    'bom-ref': ref,
    ...(group === undefined ? {} : { group }),
    name: bare,
    version,
    scope: optional === true ? 'optional' : 'required',
    ...(integrity === undefined ? {} : { hashes: integrity.split(' ').map(hash) }),
    ...(license === undefined ? {} : { licenses: licensesOf(license) }),
    purl: purl(name, version),
    ...(resolved === undefined ? {} : { externalReferences: [{ type: 'distribution', url: resolved }] }),
  };
}

/** An id of SPDX, or an expression of several. */
function licensesOf(license) {
  return /[ (]/.test(license) ? [{ expression: license }] : [{ license: { id: license } }];
}

/** Subresource integrity (base64) as CycloneDX writes it (hex). */
function hash(integrity) {
  const [algorithm, content] = integrity.split(/-(.*)/s);
  return { alg: ALGORITHMS[algorithm], content: Buffer.from(content, 'base64').toString('hex') };
}

/** https://github.com/package-url/purl-spec: the @ of a scope is encoded. */
function purl(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** A UUID of version 8 (RFC 9562: of one's own making) that follows from a text. */
function uuidOf(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16], 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
