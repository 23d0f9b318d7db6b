import type { HttpRequest, RunningServer } from './servers/server.js';

/** Sends one request outside of any measurement. @throws where the answer is not the expected one */
export async function send(
  { urls }: RunningServer,
  { path, ...init }: HttpRequest,
  expected: number,
): Promise<Response> {
  const response = await fetch(urls[0] + path, init);
  if (response.status === expected) return response;
  const start = (await response.text()).slice(0, 500);
  throw new Error(`${init.method} ${path}: answered ${response.status}: ${start}`);
}
