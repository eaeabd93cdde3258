import { randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iot";
import { regionalArn } from "../../../../lib/aws/arns";
import { AwsError } from "../../../wire/aws-error";
import type { Call } from "../../../wire/service";
import { iotPage } from "../checks";
import { alreadyExists, deleteConflict, invalidRequest, notFound } from "../errors";
import type { Certificate, IotStore } from "../store";
import { issueCertificate, readCertificate } from "../x509";

/** How soon a certificate's connections end that is not active any more. Source: API Reference, "UpdateCertificate" (minutes). */
const DEACTIVATION_MS = 60_000;

/** States that a caller can set. Source: API Reference, "UpdateCertificate". */
const SETTABLE: readonly string[] = ["ACTIVE", "INACTIVE", "REVOKED"];

function certificateWith(store: IotStore, id: string): Certificate {
  const certificate = store.certificates.get(id);
  if (!certificate)
    throw notFound(`The certificate given in certificateId does not exist. Certificate Id : ${id}`);
  return certificate;
}

function keep(store: IotStore, made: Pick<Certificate, "pem" | "status" | "mode">, date: Date): Certificate {
  const { id, notBefore, notAfter } = readCertificate(made.pem);
  const certificate: Certificate = {
    ...made,
    id,
    generationId: randomUUID(),
    arn: regionalArn(store.env, "iot", `cert/${id}`),
    creationDate: date,
    lastModifiedDate: date,
    notBefore,
    notAfter,
    customerVersion: 1,
  };
  store.certificates.set(id, certificate);
  return certificate;
}

/** Makes a key pair and a certificate; inactive unless told otherwise. */
export async function createKeysAndCertificate(
  store: IotStore,
  request: sdk.CreateKeysAndCertificateRequest,
  call: Call,
) {
  const issued = await issueCertificate(call.date);
  const status = request.setAsActive ? "ACTIVE" : "INACTIVE";
  const certificate = keep(store, { pem: issued.pem, status, mode: "DEFAULT" }, call.date);
  return {
    certificateArn: certificate.arn,
    certificateId: certificate.id,
    certificatePem: certificate.pem,
    keyPair: { PublicKey: issued.publicKey, PrivateKey: issued.privateKey },
  } satisfies sdk.CreateKeysAndCertificateResponse;
}

/** Takes in a certificate that somebody else made. */
export function registerCertificateWithoutCA(
  store: IotStore,
  request: sdk.RegisterCertificateWithoutCARequest,
  call: Call,
) {
  const pem = request.certificatePem ?? "";
  let id: string;
  try {
    id = readCertificate(pem).id;
  } catch {
    throw new AwsError("CertificateValidationException", 400, "The certificate is not valid PEM.");
  }
  const existing = store.certificates.get(id);
  if (existing) throw alreadyExists("The certificate is already registered.", id, existing.arn);
  const status = request.status ?? "INACTIVE";
  const certificate = keep(store, { pem, status, mode: "SNI_ONLY" }, call.date);
  return {
    certificateArn: certificate.arn,
    certificateId: id,
  } satisfies sdk.RegisterCertificateWithoutCAResponse;
}

/** Describes a certificate. */
export function describeCertificate(store: IotStore, request: sdk.DescribeCertificateRequest) {
  const certificate = certificateWith(store, request.certificateId ?? "");
  return {
    certificateDescription: {
      certificateArn: certificate.arn,
      certificateId: certificate.id,
      status: certificate.status as sdk.CertificateStatus,
      certificatePem: certificate.pem,
      ownedBy: store.env.account,
      creationDate: certificate.creationDate,
      lastModifiedDate: certificate.lastModifiedDate,
      customerVersion: certificate.customerVersion,
      transferData: {},
      generationId: certificate.generationId,
      validity: { notBefore: certificate.notBefore, notAfter: certificate.notAfter },
      certificateMode: certificate.mode,
    },
  } satisfies sdk.DescribeCertificateResponse;
}

/** Activates, deactivates or revokes a certificate. */
export function updateCertificate(store: IotStore, request: sdk.UpdateCertificateRequest, call: Call) {
  const certificate = certificateWith(store, request.certificateId ?? "");
  const status = request.newStatus ?? "";
  if (!SETTABLE.includes(status)) {
    throw invalidRequest(`newStatus must be one of ${SETTABLE.join(", ")}; it is ${status}.`);
  }
  certificate.status = status;
  certificate.lastModifiedDate = call.date;
  certificate.customerVersion++;
  if (status !== "ACTIVE") {
    store.env.clock.schedule(store.env.clock.now() + DEACTIVATION_MS, () => {
      if (certificate.status !== "ACTIVE") store.onDeactivated(certificate.id);
    });
  }
  return {};
}

/** Deletes an inactive certificate; things stand in the way, and policies unless `forceDelete`. */
export function deleteCertificate(store: IotStore, request: sdk.DeleteCertificateRequest) {
  const certificate = certificateWith(store, request.certificateId ?? "");
  if (certificate.status === "ACTIVE") {
    const message = `Certificate must be deactivated (not ACTIVE) before deletion. id=${certificate.id}`;
    throw new AwsError("CertificateStateException", 406, message);
  }
  if (store.thingsOf(certificate.arn).length > 0) {
    throw deleteConflict(`Things must be detached before deletion (arn: ${certificate.arn})`);
  }
  if (!request.forceDelete && (store.attachments.get(certificate.arn)?.size ?? 0) > 0) {
    throw deleteConflict(`Certificate policies must be detached before deletion (arn: ${certificate.arn})`);
  }
  store.attachments.delete(certificate.arn);
  store.certificates.delete(certificate.id);
  return {};
}

/** Lists certificates. */
export function listCertificates(store: IotStore, request: sdk.ListCertificatesRequest) {
  const certificates = [...store.certificates.values()];
  const page = iotPage(request.ascendingOrder ? certificates : certificates.reverse(), request);
  return {
    certificates: page.items.map(({ arn, id, status, creationDate }) => ({
      certificateArn: arn,
      certificateId: id,
      status: status as sdk.CertificateStatus,
      creationDate,
    })),
    nextMarker: page.nextToken,
  } satisfies sdk.ListCertificatesResponse;
}
