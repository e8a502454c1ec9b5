import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import { configSchemaJson } from '../../src/config/config-schema.js';

const validate: ValidateFunction = new Ajv({
  strict: true,
  allowUnionTypes: true,
  formats: { date: true },
}).compile(JSON.parse(configSchemaJson()) as object);
const SHA = 'ab'.repeat(32);

describe('The schema of the configuration file', () => {
  it.each(['config/default.json', 'config/production.example.json'])('accepts %s', (path) => {
    const valid = validate(JSON.parse(readFileSync(path, 'utf8')));
    expect([valid, validate.errors]).toEqual([true, null]);
  });

  it.each<[string, object]>([
    ['a key with its last day', { apiKeys: [{ name: 'bi', sha256: SHA, until: '2027-01-31' }] }],
    ['a secret in a file of its own', { azureClientSecretFile: '/run/secrets/x' }],
    ['a size with a unit', { storeMaxBytes: '8GiB' }],
    ['what is not set', { publicUrl: null, port: null }],
    ['a managed identity', { tenants: [{ tenantId: 'contoso.com', managedIdentity: 'system' }] }],
    ['a grant', { grants: [{ to: ['*'], sets: ['Apps'], rows: { Apps: "category eq 'x'" } }] }],
  ])('accepts %s', (_what, config) => {
    expect([validate(config), validate.errors]).toEqual([true, null]);
  });

  /** [what is wrong, the file, where the schema says so] */
  it.each<[string, object, string]>([
    ['a name that no setting has', { pageSizes: 1 }, ''],
    ['a number in quotation marks', { port: '4004' }, '/port'],
    ['a number out of range', { port: 65_536 }, '/port'],
    ['a word that is none', { logLevel: 'verbose' }, '/logLevel'],
    ['a size without a unit that there is', { storeMaxBytes: '8GB' }, '/storeMaxBytes'],
    ['a list that is none', { trustedProxies: 'loopback' }, '/trustedProxies'],
    ['a list that says the same twice', { periods: ['P7D', 'P7D'] }, '/periods'],
    ['a key without its hash', { apiKeys: [{ name: 'bi' }] }, '/apiKeys/0'],
    ['a tenant with a member that is none', { tenants: [{ tenantId: 'x', secret: 'y' }] }, '/tenants/0'],
    ['a grant for a set that there is not', { grants: [{ to: ['*'], sets: ['App'] }] }, '/grants/0/sets/0'],
    ['a grant to nobody', { grants: [{ sets: ['Apps'] }] }, '/grants/0'],
    ['what stands outside the file', { configFile: 'other.json' }, ''],
  ])('refuses %s', (_what, config, place) => {
    expect(validate(config)).toBe(false);
    expect(validate.errors?.map(({ instancePath }) => instancePath)).toContain(place);
  });
});
