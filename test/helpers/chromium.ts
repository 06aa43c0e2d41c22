import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** The Chromium of this machine. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** False: tests that need it skip, and say how to get it. */
export const hasChromium = existsSync(CHROMIUM);

/** What a skipped test says. */
export const NO_CHROMIUM = `no Chromium at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM`;

/** Starts it without a window and without errands of its own. */
export const launchChromium = (): Promise<Browser> =>
	chromium.launch({
		executablePath: CHROMIUM,
		args: [
			...['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
			...['--disable-component-update', '--disable-sync', '--no-first-run'],
		],
	});
