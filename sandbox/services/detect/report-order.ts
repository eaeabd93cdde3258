import { type DeviceReport, ReportError } from "./device-report";

/** AWS General Reference, "AWS IoT Device Defender endpoints and quotas": least time between a device's reports. */
const LEAST_GAP_MS = 300_000;
/** As long as Detect remembers a thing that says nothing. Source: "Device Defender troubleshooting guide". */
export const REMEMBERED_MS = 48 * 60 * 60 * 1000;

/**
 * Holds things to the order of their reports: one in 300 s, with ids that grow.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Sending metrics from devices" (`report_id`: monotonically increasing).
 * That AWS rejects what is not so, and for how long it knows, is assumed.
 */
export class ReportOrder {
  /** Of each thing the last report that was taken; who reported last is last. */
  readonly #last = new Map<string, { readonly reportId: number; readonly at: number }>();

  /** Takes a report. @throws ReportError if it comes too soon, or its id does not grow. */
  take(thingName: string, { reportId }: DeviceReport, at: number): void {
    this.#forget(at - REMEMBERED_MS);
    const last = this.#last.get(thingName);
    if (last && reportId <= last.reportId) {
      throw new ReportError(`report_id has to be above ${last.reportId}`, "InvalidPayload", reportId);
    }
    if (last && at - last.at < LEAST_GAP_MS) {
      throw new ReportError("a device reports once in 300 seconds at most", "Throttled", reportId);
    }
    this.#last.delete(thingName);
    this.#last.set(thingName, { reportId, at });
  }

  #forget(before: number): void {
    for (const [thingName, { at }] of this.#last) {
      if (at >= before) return;
      this.#last.delete(thingName);
    }
  }
}
