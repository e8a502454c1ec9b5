/** Every JSON file against the schema that it names, from a folder of Microsoft's schemas. */
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const BASE = 'https://developer.microsoft.com/json-schemas/';
/** Files of the project that are JSON: by their endings, or by name. */
const JSON_FILE = /\.(json|pbip|pbir|pbism|pbids)$|(^|\/)\.platform$/;
/** JSON that no public schema describes. */
const WITHOUT_SCHEMA = /\.pbids$|^ShadowIT\.Report\/StaticResources\//;

/**
 * @param files contents by path
 * @param folder of the schemas; absent: only the syntax is checked
 */
export function checkJson(files, folder, report) {
  const ajv = folder === undefined ? undefined : schemasIn(folder);
  for (const [path, bytes] of files) {
    if (!JSON_FILE.test(path)) continue;
    report.count('JSON files');
    const content = parsed(path, bytes, report);
    if (content === undefined || WITHOUT_SCHEMA.test(path)) continue;
    if (typeof content.$schema !== 'string') report.fault(path, 'names no $schema');
    else if (ajv !== undefined) validate(ajv, path, content, report);
  }
}

function parsed(path, bytes, report) {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    report.fault(path, `is no JSON: ${error.message}`);
    return undefined;
  }
}

function validate(ajv, path, content, report) {
  const schema = ajv.getSchema(content.$schema);
  if (schema === undefined) {
    report.fault(path, `names a schema that there is not: ${content.$schema}`);
    return;
  }
  report.count('JSON files against their schema');
  if (!schema(content))
    for (const { instancePath, message } of schema.errors.slice(0, 5))
      report.fault(path, `breaks its schema at ${instancePath || '/'}: ${message}`);
}

/** Compiling them takes a second; a process that checks often does it once. */
const compiled = new Map();

/** All schemas, each under its URL, so that references between them resolve from the disk. */
function schemasIn(folder) {
  if (compiled.has(folder)) return compiled.get(folder);
  const ajv = new Ajv.default({ strict: false, allErrors: true });
  addFormats.default(ajv);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const schema = JSON.parse(readFileSync(file, 'utf8'));
    ajv.addSchema({ ...schema, $id: BASE + relative(folder, file).split(sep).join('/') });
  }
  compiled.set(folder, ajv);
  return ajv;
}
