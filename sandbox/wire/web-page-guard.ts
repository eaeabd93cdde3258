import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error";
import type { WireResponse } from "./exchange";
import { writeQueryError } from "./query-xml";

/**
 * Names that lead to this machine wherever they are resolved, with or without a port: an attacker can point any other
 * to loopback (DNS rebinding).
 *
 * Source: RFC 6761, section 6.3 "Domain Name Reservation Considerations for localhost."; RFC 1122, section 3.2.1.3.
 */
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|(?:[a-z0-9_-]+\.)*localhost\.?)(?::\d{1,5})?$/i;

/** A request target that names its host itself, as for a proxy. Source: RFC 9112, section 3.2.2 "absolute-form". */
const ABSOLUTE_FORM = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i;

/** A page of the endpoint's own, or no page: typed by a person. Source: W3C Fetch Metadata Request Headers, section 2.4. */
const OWN_SITES: ReadonlySet<string> = new Set(["same-origin", "none"]);

/** Longest header value that is repeated in an answer, characters. */
const SHOWN = 100;
const quoted = (value: string) => JSON.stringify(value.slice(0, SHOWN));

/**
 * Why a request is refused, undefined when it may pass. The sandbox runs code as the person who started it, and every
 * browser on the machine reaches loopback: no page may use it, whatever the path, under whatever name.
 */
function faultOf(message: IncomingMessage): string | undefined {
  // Whoever sends no Host is no browser, and not to be led here by a name.
  const { host: hosts = [], origin: origins = [], "sec-fetch-site": sites = [] } = message.headersDistinct;
  const target = ABSOLUTE_FORM.exec(message.url ?? "")?.slice(1, 2) ?? [];
  const stranger = [...target, ...hosts].find((host) => !LOOPBACK.test(host));
  if (stranger !== undefined) {
    return `The host ${quoted(stranger)} is no name of loopback: the sandbox answers to 127.0.0.1, [::1] and localhost only.`;
  }
  if (hosts.length > 1) return "The request names its host more than once.";
  const [host] = [...target, ...hosts];
  const own = host && `http://${host}`.toLowerCase();
  const foreign = origins.find((origin) => origin.toLowerCase() !== own);
  if (foreign !== undefined) {
    return `The request comes from a web page of ${quoted(foreign)} (header Origin): no page may use the sandbox.`;
  }
  const site = sites.find((each) => !OWN_SITES.has(each));
  if (site === undefined) return undefined;
  return `The request comes from another web page (header Sec-Fetch-Site: ${quoted(site)}): no page may use the sandbox.`;
}

/**
 * Answers a request that comes from a web page, or from somebody who takes the sandbox for another host; undefined when
 * it may pass. Looks at the headers alone, so that nothing of the request has been read or done.
 *
 * @param message - The request, its body unread.
 */
export function refusalOf(message: IncomingMessage): WireResponse | undefined {
  const fault = faultOf(message);
  if (fault === undefined) return undefined;
  const remedy = `Use an AWS CLI, an SDK or curl at http://127.0.0.1:${message.socket.localPort}, or type the address into the browser.`;
  const error = new AwsError("AccessDeniedException", 403, `${fault} ${remedy}`);
  // Clients of the Query protocol read XML alone.
  const isForm = message.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  if (isForm) return writeQueryError(error, randomUUID());
  return {
    status: error.status,
    headers: { "content-type": "application/json", "x-amzn-errortype": error.code },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}
