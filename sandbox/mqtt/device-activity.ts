/**
 * What the MQTT broker tells Detect about devices. A device is known by its client id.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Cloud-side metrics".
 */
export interface DeviceActivity {
  /** A device tried to connect, with success or without. */
  connectionAttempted(clientId: string): void;
  /** A session began, from an address. */
  sessionOpened(clientId: string, ipAddress: string): void;
  /** A session ended, however. */
  sessionClosed(clientId: string): void;
  /** A message was accepted from the device; size of its payload in bytes. */
  messageSent(clientId: string, bytes: number, topic: string): void;
  /** A message was delivered to the device; size of its payload in bytes. */
  messageReceived(clientId: string, bytes: number, topic: string): void;
  /**
   * A request of the device was refused: to connect, publish or subscribe. (A delivery is none.)
   *
   * @param topic - Topic or filter that it asked for; a connect has none.
   */
  authorizationFailed(clientId: string, topic?: string): void;
}
