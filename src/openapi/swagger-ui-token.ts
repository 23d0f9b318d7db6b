/** What Swagger UI is about to send. */
interface PageRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** What of the browser it uses; the server is compiled without the types of one. */
interface Page {
  readonly location: { readonly href: string; readonly origin: string };
  readonly fetch: typeof fetch;
  docsToken?: { readonly value: string; readonly until: number };
}

/**
 * Runs in the page, not here: gives a call of the API that has no token one from `POST /docs/token`, and a new one before
 * it ends. Its text is sent to the browser, so it uses nothing that stands outside of it.
 */
export async function authorizeByItself(request: PageRequest): Promise<PageRequest> {
  const page = globalThis as unknown as Page;
  const url = new URL(request.url, page.location.href);
  if (url.origin !== page.location.origin || !/^\/(beta|v1\.0)(\/|$)/i.test(url.pathname)) return request;
  if (Object.keys(request.headers).some((header) => header.toLowerCase() === 'authorization')) return request;
  if (page.docsToken === undefined || page.docsToken.until < Date.now()) {
    const answer = await page.fetch('/docs/token', { method: 'POST' });
    if (!answer.ok) return request;
    const token = (await answer.json()) as { access_token: string; expires_in: number };
    page.docsToken = { value: token.access_token, until: Date.now() + (token.expires_in - 60) * 1000 };
  }
  request.headers.Authorization = `Bearer ${page.docsToken.value}`;
  return request;
}
