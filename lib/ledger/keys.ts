/** Names of the ledger's attributes and index; every item has the two keys. */
export const LEDGER = {
  partitionKey: "pk",
  sortKey: "sk",
  /** Attribute with the time when an item ends, epoch seconds. */
  endsAt: "endsAt",
  /** Index of the things by their state, in the order in which they came into it. */
  stateIndex: { name: "byState", partitionKey: "state", sortKey: "since" },
} as const;

/** Hours that a limit's places are remembered beyond their own: whoever asks again has the place that they had. */
const PLACE_HOURS = 48;
/** Days that an event is kept. */
const EVENT_DAYS = 365;
/** Days that what people are still to be told waits for a digest. */
const UNTOLD_DAYS = 7;
const HOUR_MS = 60 * 60 * 1000;

const hourOf = (time: number) => new Date(Math.floor(time / HOUR_MS) * HOUR_MS).toISOString();

/** The key of a thing's record. */
export const thingKey = (thingName: string) => ({ pk: { S: `thing#${thingName}` }, sk: { S: "state" } });

/** The key of the places that a behavior has in the hour of a time (epoch milliseconds). */
export const placesKey = (profile: string, behavior: string, time: number) => ({
  pk: { S: `limit#${profile}#${behavior}` },
  sk: { S: hourOf(time) },
});

/** The key of the one message that people get at once of a kind of notice, a profile and a behavior in a time's hour. */
export const toldKey = (kind: string, profile: string, behavior: string, time: number) => ({
  pk: { S: `told#${kind}#${profile}#${behavior}` },
  sk: { S: hourOf(time) },
});

/** The partition of what is still to be told. */
export const UNTOLD = "untold";

/** The key of what is still to be told: whom, people or other systems, and the notice's id. */
export const untoldKey = (whom: "people" | "systems", id: string) => ({
  pk: { S: UNTOLD },
  sk: { S: `${whom}#${id}` },
});

/** The key of the digest that is being made. */
export const digestKey = { pk: { S: UNTOLD }, sk: { S: "digest" } };

/** The hour before a time. */
export const hourBefore = (time: number) => time - HOUR_MS;

const epochSeconds = (time: number) => ({ N: String(Math.ceil(time / 1000)) });

/** When the places of a time's hour are forgotten. */
export const placesEnd = (time: number) => epochSeconds(time + PLACE_HOURS * HOUR_MS);

/** When a thing's state that nobody has to act on is forgotten: with the last event of its time line. */
export const stateEnd = (time: number) => eventEnd(time);

/** When an event of a time is forgotten. */
export const eventEnd = (time: number) => epochSeconds(time + EVENT_DAYS * 24 * HOUR_MS);

/** When what is still to be told since a time is forgotten. */
export const untoldEnd = (time: number) => epochSeconds(time + UNTOLD_DAYS * 24 * HOUR_MS);
