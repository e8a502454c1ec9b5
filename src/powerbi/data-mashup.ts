/**
 * The binary part of a workbook that holds its Power Query: version, package (a zip with Formulas/Section1.m),
 * permissions, metadata, permission bindings; each but the last with its length before it.
 *
 * Spec: [MS-QDEFF] Query Definition File Format, section 2.2.
 */

/** The parts, without their lengths. */
export interface DataMashup {
  readonly version: number;
  /** A zip in the Open Packaging Conventions. */
  readonly package: Buffer;
  readonly permissions: Buffer;
  /** Again a framed structure: version, length, XML, length, a zip. */
  readonly metadata: Buffer;
  readonly bindings: Buffer;
}

/** @throws RangeError when the lengths do not fit the bytes */
export function readDataMashup(bytes: Buffer): DataMashup {
  let offset = 4;
  const part = () => {
    const length = bytes.readInt32LE(offset);
    const start = offset + 4;
    offset = start + length;
    if (length < 0 || offset > bytes.length) throw new RangeError(`A part of ${length} bytes at ${start}`);
    return bytes.subarray(start, offset);
  };
  return {
    version: bytes.readInt32LE(0),
    package: part(),
    permissions: part(),
    metadata: part(),
    bindings: bytes.subarray(offset),
  };
}

/** The bytes of the parts, as {@link readDataMashup} reads them. */
export function writeDataMashup(mashup: DataMashup): Buffer {
  const framed = [mashup.package, mashup.permissions, mashup.metadata].flatMap((part) => [
    int32(part.length),
    part,
  ]);
  return Buffer.concat([int32(mashup.version), ...framed, mashup.bindings]);
}

/** The metadata part with its XML changed: version, length, XML, then a part that stays as it is. */
export function withMetadataXml(metadata: Buffer, change: (xml: string) => string): Buffer {
  const end = 8 + metadata.readInt32LE(4);
  const xml = Buffer.from(change(metadata.toString('utf8', 8, end)), 'utf8');
  return Buffer.concat([metadata.subarray(0, 4), int32(xml.length), xml, metadata.subarray(end)]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
