/** Chance in a loaded model. */

/** Where noise is drawn from that nothing was fed for; both are 0 by default. */
export interface Draw {
  readonly seed?: number;
  readonly step?: number;
}
