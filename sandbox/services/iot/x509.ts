import { webcrypto, X509Certificate } from "node:crypto";

/** A key pair with its certificate, all PEM. */
export interface IssuedCertificate {
  readonly pem: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
/** AWS IoT's own certificates are valid until this day. Source: Developer Guide, "Create AWS IoT client certificates". */
const NOT_AFTER = new Date("2049-12-31T23:59:59Z");

const toPem = (label: string, der: ArrayBuffer) => {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
};

/**
 * Makes a key pair and a self-signed certificate for a device.
 *
 * AWS makes 2,048-bit RSA keys and signs with a CA of its own; the sandbox makes P-256 keys, which is much
 * faster, and each certificate signs itself.
 */
export async function issueCertificate(notBefore: Date): Promise<IssuedCertificate> {
  // Loaded on first use: most runs never issue a certificate, and loading takes longer than the rest of the boot.
  await import("reflect-metadata");
  const { X509CertificateGenerator } = await import("@peculiar/x509");
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    { name: "CN=AWS IoT Certificate", keys, signingAlgorithm: KEY_ALGORITHM, notBefore, notAfter: NOT_AFTER },
    webcrypto as Parameters<typeof X509CertificateGenerator.createSelfSigned>[1],
  );
  return {
    pem: `${certificate.toString("pem")}\n`,
    publicKey: toPem("PUBLIC KEY", await webcrypto.subtle.exportKey("spki", keys.publicKey)),
    privateKey: toPem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)),
  };
}

/** What a certificate says of itself. Throws when the text is no certificate. */
export function readCertificate(pem: string): {
  readonly id: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
} {
  const certificate = new X509Certificate(pem);
  return {
    // The id of a certificate is the SHA-256 fingerprint of its DER form (assumed from the ids that AWS shows).
    id: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
  };
}
