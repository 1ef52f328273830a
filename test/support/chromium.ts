/** The Chromium that tests drive, if the machine has one; a test without it skips and says so. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Headless and on its own: no sandbox of the system's, no network in the background. */
export const browserFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Its path: the first of its names in PATH. */
export const installedBrowser: string | undefined = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find((path) => existsSync(path));
