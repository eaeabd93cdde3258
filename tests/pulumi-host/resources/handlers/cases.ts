import type { HandlerCase } from "./case";
import { iotCases, lambdaCases } from "./device-cases";
import type { Fixtures } from "./fixtures";
import {
  alarmCases,
  identityCases,
  keyAndTopicCases,
  queueAndLogCases,
  scheduleCases,
  tableCases,
} from "./service-cases";

/** Every type of resource that the sandbox knows. */
export const handlerCases = (made: Fixtures): HandlerCase[] => [
  ...identityCases(made),
  ...keyAndTopicCases(made),
  ...queueAndLogCases(made),
  ...alarmCases(made),
  ...tableCases(),
  ...scheduleCases(made),
  ...lambdaCases(made),
  ...iotCases(made),
];
