import { createHash } from 'node:crypto';

/** Java's own trust store has the same. */
export const JAVA_PASSWORD = 'changeit';

const MAGIC = 0xfe_ed_fe_ed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;

/** Java puts it between the password and what is signed. */
const SALT = 'Mighty Aphrodite';

/**
 * A trust store that every Java reads, in its format JKS: Java takes no PEM, and `keytool` is not where every Java program runs.
 * @param certificates in PEM
 */
export function javaTrustStore(certificates: readonly string[]): Buffer {
  const content = Buffer.concat([
    int32(MAGIC),
    int32(VERSION),
    int32(certificates.length),
    ...certificates.flatMap((pem, index) => {
      const der = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----/g, ''), 'base64');
      const created = Buffer.alloc(8);
      return [
        int32(TRUSTED_CERTIFICATE),
        text(`authority-${index}`),
        created,
        text('X.509'),
        int32(der.length),
        der,
      ];
    }),
  ]);
  const digest = createHash('sha1')
    .update(Buffer.from(JAVA_PASSWORD, 'utf16le').swap16())
    .update(SALT)
    .update(content)
    .digest();
  return Buffer.concat([content, digest]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([length, Buffer.from(value, 'ascii')]);
}
