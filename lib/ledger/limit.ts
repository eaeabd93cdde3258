import { hourBefore, placesEnd, placesKey } from "./keys";

/** Who asks for a place under a behavior's limit, or has one. */
export interface PlaceRequest {
  readonly tableName: string;
  readonly securityProfileName: string;
  readonly behaviorName: string;
  /** The thing that the place is for: it has one, whatever its alarms and however often they come. */
  readonly thingName: string;
  /** Time of asking, or any in the hour of the place; epoch milliseconds. */
  readonly now: number;
}

/**
 * Takes a place in the current hour: one conditional write, which DynamoDB decides alone however many ask at a time. It
 * fails with `ConditionalCheckFailedException` where all places are taken, and not where the thing has one.
 *
 * Source: Amazon DynamoDB Developer Guide, "Condition expressions".
 *
 * @param limit - places an hour, at least 1
 */
export function takePlace(request: PlaceRequest, limit: number) {
  const { tableName, securityProfileName, behaviorName, thingName, now } = request;
  return {
    TableName: tableName,
    Key: placesKey(securityProfileName, behaviorName, now),
    UpdateExpression: "ADD #things :one SET endsAt = :end",
    ConditionExpression: "attribute_not_exists(#things) OR contains(#things, :id) OR size(#things) < :limit",
    ExpressionAttributeNames: { "#things": "things" },
    ExpressionAttributeValues: {
      ":one": { SS: [thingName] },
      ":id": { S: thingName },
      ":limit": { N: String(limit) },
      ":end": placesEnd(now),
    },
  };
}

const placeOf = ({ tableName, securityProfileName, behaviorName, thingName, now }: PlaceRequest) => ({
  TableName: tableName,
  Key: placesKey(securityProfileName, behaviorName, now),
  ExpressionAttributeValues: { ":one": { SS: [thingName] }, ":id": { S: thingName } },
});

/**
 * Says that a place is being used: from now on nobody gives it back who finds nothing to do. It fails with
 * `ConditionalCheckFailedException` where somebody has: two alarms of one thing share its place.
 */
export const usePlace = (place: PlaceRequest) => ({
  ...placeOf(place),
  UpdateExpression: "ADD #used :one",
  ConditionExpression: "contains(#things, :id)",
  ExpressionAttributeNames: { "#things": "things", "#used": "used" },
});

/** Gives back a place that is not used; fails with `ConditionalCheckFailedException`, and changes nothing, if it is. */
export const giveBackUnused = (place: PlaceRequest) => ({
  ...placeOf(place),
  UpdateExpression: "DELETE #things :one",
  ConditionExpression: "contains(#things, :id) AND (attribute_not_exists(#used) OR NOT contains(#used, :id))",
  ExpressionAttributeNames: { "#things": "things", "#used": "used" },
});

/** Gives back a place that was used to no effect. */
export const giveBackUsed = (place: PlaceRequest) => ({
  TableName: place.tableName,
  Key: placesKey(place.securityProfileName, place.behaviorName, place.now),
  UpdateExpression: "DELETE #things :one, #used :one",
  ExpressionAttributeNames: { "#things": "things", "#used": "used" },
  ExpressionAttributeValues: { ":one": { SS: [place.thingName] } },
  ConditionExpression: "attribute_exists(pk)",
});

/** Reads the places of an hour, that of the request's time. */
export const placesOf = (request: Omit<PlaceRequest, "thingName">) => ({
  TableName: request.tableName,
  Key: placesKey(request.securityProfileName, request.behaviorName, request.now),
  ConsistentRead: true,
});

/** Reads the places of the hour before: a retry across the hour has the place that it had. */
export const placesBefore = (request: PlaceRequest) => placesOf({ ...request, now: hourBefore(request.now) });
