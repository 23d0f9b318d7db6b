import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** The installed browser, if there is one. */
const executablePath = PLACES.find((place) => existsSync(place));

/** Whether tests that need a browser are left out. Where CI is set they are not: there they fail. */
export const withoutBrowser = executablePath === undefined && !process.env.CI;

if (withoutBrowser)
  console.warn(`Tests in a browser are skipped: there is no Chromium at ${PLACES.join(' or ')}.`);

/** @throws Error where no browser is installed */
export function startBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(`There is no Chromium at ${PLACES.join(' or ')}.`);
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** A page of its own session, and everything that it complained about. */
export async function openPage(
  browser: Browser,
): Promise<{ page: Page; complaints: () => Promise<string[]> }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
  // Against a hang alone: a browser on a machine that is busy takes long.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) =>
    complaints.push(`${request.url()}: ${request.failure()?.errorText ?? 'failed'}`),
  );
  await page.addInitScript({
    content: `window.violations = [];
      addEventListener('securitypolicyviolation', (event) =>
        window.violations.push(event.violatedDirective + ' forbids ' + event.blockedURI));`,
  });
  return {
    page,
    complaints: async () => [...complaints, ...(await page.evaluate<string[]>('window.violations'))],
  };
}

/** Keeps a picture of what is seen in SCREENSHOT_DIR, for whoever wants to look. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOT_DIR;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
