import { hourBefore, placesEnd, placesKey } from "./keys";

/** Who asks for a place under a behavior's limit. */
export interface PlaceRequest {
  readonly tableName: string;
  readonly securityProfileName: string;
  readonly behaviorName: string;
  /** The violation that the place is for: one violation has one place, however often it is asked for. */
  readonly violationId: string;
  /** Time of asking, epoch milliseconds. */
  readonly now: number;
}

const NAMES = { "#violations": "violations" } as const;

/**
 * Takes a place in the current hour: one conditional write, which DynamoDB decides alone however many ask at a time. It
 * fails with `ConditionalCheckFailedException` where all places are taken, and not where the violation has one.
 *
 * Source: Amazon DynamoDB Developer Guide, "Condition expressions".
 *
 * @param limit places an hour, at least 1
 */
export function takePlace(request: PlaceRequest, limit: number) {
  const { tableName, securityProfileName, behaviorName, violationId, now } = request;
  return {
    TableName: tableName,
    Key: placesKey(securityProfileName, behaviorName, now),
    UpdateExpression: "ADD #violations :one SET endsAt = :end",
    ConditionExpression:
      "attribute_not_exists(#violations) OR contains(#violations, :id) OR size(#violations) < :limit",
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: {
      ":one": { SS: [violationId] },
      ":id": { S: violationId },
      ":limit": { N: String(limit) },
      ":end": placesEnd(now),
    },
  };
}

/** Reads the places of the hour before: a retry across the hour has the place that it had. */
export const placesBefore = (request: PlaceRequest) => ({
  TableName: request.tableName,
  Key: placesKey(request.securityProfileName, request.behaviorName, hourBefore(request.now)),
  ConsistentRead: true,
});

/** Gives a place back that came to nothing. */
export const giveBackPlace = (request: PlaceRequest) => ({
  TableName: request.tableName,
  Key: placesKey(request.securityProfileName, request.behaviorName, request.now),
  UpdateExpression: "DELETE #violations :one",
  ExpressionAttributeNames: NAMES,
  ExpressionAttributeValues: { ":one": { SS: [request.violationId] } },
});
