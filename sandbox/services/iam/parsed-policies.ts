import { type PolicyKind, parsePolicy } from "../../../lib/policy-language/iam/document";
import type { Statement } from "../../../lib/policy-language/statement";

/** Documents that are kept; a sandbox has some dozens. */
const KEPT = 500;

/** Reads policies once: each call is judged by the same few, and to read one takes far longer than to judge by it. */
export class ParsedPolicies {
  readonly #kept = new Map<string, readonly Statement[]>();

  /** The statements of a document. @throws MalformedPolicyError - it cannot be read. */
  statementsOf(document: string, kind: PolicyKind): readonly Statement[] {
    const key = `${kind} ${document}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const statements = parsePolicy(document, kind);
    if (this.#kept.size >= KEPT) this.#kept.clear();
    this.#kept.set(key, statements);
    return statements;
  }
}
