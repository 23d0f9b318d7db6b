import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST_APP_ID } from '../../src/identity/local/local-apps.js';
import { DEFAULT_TENANT } from '../../src/identity/local/tenant.js';
import { tokenOf } from '../support/callers.js';
import { openPage, picture, startBrowser, withoutBrowser } from '../support/browser.js';
import { send } from '../support/http.js';
import { putItem, validItem } from '../support/items.js';
import { property, readyConnection, validSchema } from '../support/schemas.js';
import { useServer } from '../support/server.js';
import { secretsOf } from '../support/tokens.js';

const operation = (page: Page, method: string, path: string): Locator =>
  page.locator(`.opblock-${method.toLowerCase()}`).filter({ has: page.locator(`[data-path="${path}"]`) });

/** Opens an operation, tries it as it is filled in, and gives back what the page shows of the answer. */
async function tryOut(opened: Locator): Promise<{ status: string; body: string }> {
  await opened.locator('.opblock-summary-control').click();
  await opened.getByRole('button', { name: 'Try it out' }).click();
  await opened.getByRole('button', { name: 'Execute' }).click();
  const answer = opened.locator('.live-responses-table .response').first();
  await answer.scrollIntoViewIfNeeded();
  return {
    status: (await answer.locator('.response-col_status').innerText()).trim(),
    body: await answer.locator('.response-col_description code').first().innerText(),
  };
}

describe.skipIf(withoutBrowser)('Swagger UI', { timeout: 300_000 }, () => {
  const server = useServer();
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  it('leads a newcomer from the address of the server to a created connection, without a secret', async () => {
    const { page, complaints } = await openPage(browser!);
    const visited: string[] = [];
    page.on('framenavigated', (frame) => visited.push(new URL(frame.url()).pathname));
    await page.goto(server.url);
    await operation(page, 'POST', '/beta/external/connections').waitFor();
    expect(await page.title()).toBe('Graph Connections');
    await picture(page, 'swagger-ui-1-start');

    const created = await tryOut(operation(page, 'POST', '/beta/external/connections'));
    await picture(page, 'swagger-ui-3-created');
    expect(created.status).toBe('201');
    expect(JSON.parse(created.body)).toMatchObject({ id: 'contosohr', state: 'draft' });

    const read = await tryOut(operation(page, 'GET', '/beta/external/connections/{id}'));
    expect(read.status).toBe('200');
    expect(JSON.parse(read.body)).toEqual(JSON.parse(created.body));

    expect(new URL(page.url()).pathname).toBe('/docs');
    expect(new Set(visited)).toEqual(new Set(['/docs']));
    expect(await complaints()).toEqual([]);
    await page.context().close();
  });

  it('has the token as the first field of its Authorize dialog, and client credentials below it', async () => {
    const { page, complaints } = await openPage(browser!);
    await page.goto(`${server.url}/docs`);
    await page.locator('.auth-wrapper').getByRole('button', { name: 'Authorize' }).click();
    const dialog = page.locator('.modal-ux');
    const fields = dialog.locator('input:visible');
    await fields.first().waitFor();
    expect(await fields.first().getAttribute('aria-label')).toBe('auth-bearer-value');
    expect(await fields.first().inputValue()).toBe('');
    await picture(page, 'swagger-ui-2-authorize');

    expect(await dialog.getByLabel('client_id').inputValue()).toBe(FIRST_APP_ID);
    expect(await dialog.locator('input[type=checkbox]').isChecked()).toBe(true);
    await dialog.getByLabel('client_secret').fill(secretsOf(server).clientSecret);
    await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
    await dialog.getByText('Logout').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const listed = await tryOut(operation(page, 'GET', '/beta/external/connections'));
    expect(listed.status).toBe('200');
    expect(asked).toContain('/beta/external/connections');
    expect(asked).not.toContain('/docs/token');
    expect(await complaints()).toEqual([]);
    await page.context().close();
  });

  it('search: shows the hit of a signed-in user, as its example asks for it', async () => {
    const owner = { as: { tenantId: DEFAULT_TENANT } };
    await send(server, 'DELETE', '/beta/external/connections/contosohr', owner);
    const ticketTitle = { labels: ['title'], isSearchable: true, isQueryable: true };
    const schema = validSchema(
      property({ name: 'ticketTitle', ...ticketTitle }),
      property({ name: 'priority', isQueryable: true, isRefinable: true }),
    );
    await readyConnection(server, { schema, connection: { id: 'contosohr' }, ...owner });
    const item = validItem({
      properties: { ticketTitle: 'Printer on floor 3', priority: 'high' },
      content: { type: 'text', value: 'Paper jam in the printer since Monday.' },
    });
    await putItem(server, 'contosohr', 'T4711', item, owner);
    const { page } = await openPage(browser!);
    await page.goto(`${server.url}/docs`);
    await page.locator('.auth-wrapper').getByRole('button', { name: 'Authorize' }).click();
    const dialog = page.locator('.modal-ux');
    const user = await tokenOf(server, { tenantId: DEFAULT_TENANT, delegated: true });
    await dialog.getByLabel('auth-bearer-value').fill(user);
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    const { status, body } = await tryOut(operation(page, 'POST', '/beta/search/query'));
    await picture(page, 'search-swagger');
    expect(status).toBe('200');
    expect(JSON.parse(body).value[0].hitsContainers[0]).toMatchObject({
      total: 1,
      hits: [{ resource: { properties: { ticketTitle: 'Printer on floor 3' } } }],
    });
    await page.context().close();
  });

  it('calls as the one whose token it was given, and not by its own', async () => {
    const { page } = await openPage(browser!);
    await page.goto(`${server.url}/docs`);
    await page.locator('.auth-wrapper').getByRole('button', { name: 'Authorize' }).click();
    const dialog = page.locator('.modal-ux');
    const reader = await tokenOf(server, { permissions: ['ExternalConnection.Read.All'] });
    await dialog.getByLabel('auth-bearer-value').fill(reader);
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    const { status } = await tryOut(operation(page, 'POST', '/beta/external/connections'));
    expect(status).toBe('403');
    await page.context().close();
  });

  it('lets one choose the version, groups its operations by resource, and keeps the token', async () => {
    const { page, complaints } = await openPage(browser!);
    await page.goto(`${server.url}/docs`);
    await page.locator('.auth-wrapper').getByRole('button', { name: 'Authorize' }).click();
    const dialog = page.locator('.modal-ux');
    await dialog.getByLabel('auth-bearer-value').fill(await tokenOf(server));
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByText('Logout').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).first().click();

    const versions = page.locator('.download-url-wrapper select');
    expect(await versions.locator('option').allInnerTexts()).toEqual(['beta and v1.0', 'beta', 'v1.0']);
    for (const [version, other] of [
      ['v1.0', 'beta'],
      ['beta', 'v1.0'],
    ] as const) {
      await versions.selectOption(`/openapi-${version}.json`);
      await operation(page, 'POST', `/${version}/external/connections`).waitFor();
      expect(await operation(page, 'POST', `/${other}/external/connections`).count()).toBe(0);
      const sections = await page
        .locator('.opblock-tag')
        .evaluateAll((tags) => tags.map((tag) => (tag as { dataset?: { tag?: string } }).dataset?.tag));
      expect(sections.slice(0, 3)).toEqual(['externalConnection', 'schema', 'connectionOperation']);
      await picture(page, `swagger-ui-5-${version}`);
    }
    const listed = await tryOut(operation(page, 'GET', '/beta/external/connections'));
    expect(listed.status).toBe('200');
    expect(await complaints()).toEqual([]);
    await page.context().close();
  });

  it('says so where the client secret is wrong', async () => {
    const { page } = await openPage(browser!);
    await page.goto(`${server.url}/docs`);
    await page.locator('.auth-wrapper').getByRole('button', { name: 'Authorize' }).click();
    const dialog = page.locator('.modal-ux');
    await dialog.getByLabel('client_secret').fill('wrong');
    await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
    expect(await dialog.locator('.errors').innerText()).toContain('Invalid client secret');
    await page.context().close();
  });

  it('takes a token that is pasted under bearer', async () => {
    const { page, complaints } = await openPage(browser!);
    await page.goto(`${server.url}/docs`);
    await page.locator('.auth-wrapper').getByRole('button', { name: 'Authorize' }).click();
    const dialog = page.locator('.modal-ux');
    await dialog.getByLabel('auth-bearer-value').fill(await tokenOf(server));
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByText('Logout').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    const created = await tryOut(operation(page, 'POST', '/v1.0/external/connections'));
    await picture(page, 'swagger-ui-4-bearer');
    expect(created.status).toBe('201');
    expect(JSON.parse(created.body)).toMatchObject({
      '@odata.context': `${server.url}/v1.0/$metadata#external/connections/$entity`,
      id: 'contosohr',
    });
    expect(await complaints()).toEqual([]);
    await page.context().close();
  });

  it('shows why a call with a wrong token is refused', async () => {
    const { page } = await openPage(browser!);
    await page.goto(`${server.url}/docs`);
    await page.locator('.auth-wrapper').getByRole('button', { name: 'Authorize' }).click();
    const dialog = page.locator('.modal-ux');
    await dialog.getByLabel('auth-bearer-value').fill('nonsense');
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    const { status, body } = await tryOut(operation(page, 'GET', '/beta/external/connections'));
    expect(status).toBe('401');
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } });
    await page.context().close();
  });
});
