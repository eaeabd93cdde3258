import { nearest } from "../nearest";

const DIRECTIONS = [
  ...["east", "west", "north", "south", "central"],
  ...["northeast", "northwest", "southeast", "southwest"],
];

/** A place, which sovereign and isolated clouds say in two parts, a direction and a number. */
const REGION = new RegExp(
  `^([a-z]{2}|[a-z]{4})(-(gov|iso[a-z]?|[a-z]{2}))?-(${DIRECTIONS.join("|")})-[1-9]\\d?$`,
);

/** The region that a misspelt one is likely to stand for. */
function meant(region: string): string | undefined {
  const parts = region.toLowerCase().split(/-|(?<=[a-z])(?=\d)/);
  const [direction = "", number = ""] = parts.splice(-2);
  const likely = [...parts, nearest(direction, DIRECTIONS), Number.parseInt(number, 10)].join("-");
  return REGION.test(likely) ? likely : undefined;
}

/**
 * What is wrong with a stack's region, and what to set. Judged by its form, as a list would block the regions to come.
 *
 * Source: all regions in botocore, `data/partitions.json`.
 */
export function regionFault(region: unknown): string | undefined {
  if (typeof region === "string" && REGION.test(region)) return undefined;
  const near = typeof region === "string" ? meant(region) : undefined;
  const state = region === undefined ? "not set" : JSON.stringify(region);
  return `Set \`aws:region\` to a region such as us-east-1; it is ${state}.${near === undefined ? "" : ` Did you mean ${near}?`}`;
}
