import type { Constraints } from "../../wire/constraints";

const NAME = { min: 1, max: 128, pattern: "[a-zA-Z0-9:_-]+" };
const TASK = { min: 1, max: 128, pattern: "[a-zA-Z0-9_-]+" };

/** Source: AWS IoT API Reference, data types of the members of Detect's and the mitigation actions' requests. */
export const DETECT_CONSTRAINTS: Constraints = {
  actionName: { max: 128, pattern: "[a-zA-Z0-9_-]+" },
  actions: { min: 1, max: 5 },
  actionType: {
    oneOf: [
      ...["UPDATE_DEVICE_CERTIFICATE", "UPDATE_CA_CERTIFICATE", "ADD_THINGS_TO_THING_GROUP"],
      ...["REPLACE_DEFAULT_POLICY_VERSION", "ENABLE_IOT_LOGGING", "PUBLISH_FINDING_TO_SNS"],
    ],
  },
  behaviorCriteriaType: { oneOf: ["STATIC", "STATISTICAL", "MACHINE_LEARNING"] },
  clientRequestToken: { min: 1, max: 64, pattern: "[a-zA-Z0-9-_]+" },
  dimensionName: NAME,
  dimensionValueOperator: { oneOf: ["IN", "NOT_IN"] },
  name: NAME,
  metricName: NAME,
  roleArn: { min: 20, max: 2048 },
  securityProfileName: NAME,
  taskId: TASK,
  thingName: { min: 1, max: 128 },
  verificationState: { oneOf: ["FALSE_POSITIVE", "BENIGN_POSITIVE", "TRUE_POSITIVE", "UNKNOWN"] },
  violationId: { min: 1, max: 128, pattern: "[a-zA-Z0-9-]+" },
};
