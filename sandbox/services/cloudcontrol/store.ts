import type { DetectStore } from "../detect/store";
import { RequestLog } from "./request-log";

/** What Cloud Control works on, and the requests that it has taken on. */
export class CloudControlStore {
  readonly detect: DetectStore;
  readonly requests: RequestLog;

  constructor(detect: DetectStore) {
    this.detect = detect;
    this.requests = new RequestLog(detect.env);
  }
}
