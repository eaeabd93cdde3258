import type { Tag } from "@aws-sdk/client-iot";
import { regionalArn } from "../../../../lib/aws/arns";
import { mergeTags, tagPairs } from "../../../wire/tags";
import { checkRegistryName } from "../../iot/checks";
import { alreadyExists, existing, invalidRequest } from "../../iot/errors";
import { type MetricUse, metricUses } from "../metric-uses";
import type { DetectStore } from "../store";

/** A request that makes a custom metric or a dimension. */
interface Creation {
  readonly kind: "custommetric" | "dimension";
  readonly name: string | undefined;
  readonly token: string | undefined;
  readonly tags: readonly Tag[] | undefined;
}

/**
 * What a new definition has, of whatever kind. The same request again, by its token, is answered with what it made.
 *
 * Source: AWS IoT API Reference, `CreateCustomMetric`, `CreateDimension` (clientRequestToken).
 */
export function definitionOf<Kind extends { readonly arn: string; readonly token: string | undefined }>(
  store: DetectStore,
  there: ReadonlyMap<string, Kind>,
  { kind, name = "", token, tags }: Creation,
) {
  checkRegistryName(name, "name");
  const known = there.get(name);
  if (known && known.token !== token) throw alreadyExists(`${kind} ${name} already exists`, name, known.arn);
  const now = store.env.clock.date();
  const definition = {
    name,
    arn: regionalArn(store.env, "iot", `${kind}/${name}`),
    creationDate: now,
    lastModifiedDate: now,
    tags: mergeTags(new Map(), tagPairs(tags), invalidRequest),
    token,
  };
  return { existing: known, definition };
}

/** The definition of a name. @throws AwsError - `ResourceNotFoundException`. */
export const defined = <Kind>(there: ReadonlyMap<string, Kind>, name = ""): Kind =>
  existing(there.get(name), name);

/** Whether any profile watches or retains such a metric. */
export const isUsed = (store: DetectStore, test: (use: MetricUse) => boolean): boolean =>
  [...store.profiles.values()].some((profile) => metricUses(profile).some(test));
