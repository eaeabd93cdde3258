import { NAME_PATTERN } from "../../../lib/aws/names";
import { type DeviceReport, ReportError, readReport } from "./device-report";
import { CODECS, type ReportFormat } from "./report-codec";
import { ReportOrder } from "./report-order";

const REPORT = new RegExp(`^\\$aws/things/(${NAME_PATTERN})/defender/metrics/(json|cbor)$`);

/** Where reports go, and by what they are answered. */
export interface ReportPorts {
  /** Takes what a device reported. */
  readonly observe: (thingName: string, report: DeviceReport) => void;
  /** Publishes an answer. */
  readonly publish: (topic: string, payload: Uint8Array) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Takes the reports that agents publish, and answers them; ignores other topics.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Sending metrics from devices" (topics, answers: in the
 * format of the report).
 */
export function reportListener({ observe, publish, now }: ReportPorts) {
  const order = new ReportOrder();
  return (topic: string, payload: Uint8Array): void => {
    const [, thingName, named] = REPORT.exec(topic) ?? [];
    if (thingName === undefined) return;
    const format = named as ReportFormat;
    const answer = (status: "ACCEPTED" | "REJECTED", body: object) =>
      publish(
        `${topic}/${status.toLowerCase()}`,
        CODECS[format].write({ thingName, ...body, status, timestamp: now() }),
      );
    try {
      const report = readReport(payload, format);
      order.take(thingName, report, now());
      observe(thingName, report);
      answer("ACCEPTED", { reportId: report.reportId });
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      const { reportId, code, message } = error;
      answer("REJECTED", { reportId, statusDetails: { ErrorCode: code, ErrorMessage: message } });
    }
  };
}
