import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';

/** A proxy with TLS in front of a server, as an administrator would put one there. */
export interface TlsFront {
  readonly url: string;
  /** The certificate, in PEM; it vouches for itself. */
  readonly certificate: string;
  close(): Promise<void>;
}

/** Makes a certificate for localhost that only itself vouches for: `front.crt` and `front.key` in the folder. */
function makeCertificate(folder: string): { certificate: string; key: string } {
  const options =
    'req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout front.key -out front.crt ' +
    '-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:TRUE';
  execFileSync('openssl', options.split(' '), { cwd: folder, stdio: 'ignore' });
  return { certificate: join(folder, 'front.crt'), key: join(folder, 'front.key') };
}

/** Starts a front on a free port of localhost that appends to the headers of the proxies before it. */
export async function startTlsFront(target: string, folder: string): Promise<TlsFront> {
  const { certificate, key } = makeCertificate(folder);
  const server: Server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    (incoming, answer) => {
      const appended = (name: string, value: string): string =>
        [incoming.headers[name], value].flat().filter(Boolean).join(', ');
      const headers = {
        ...incoming.headers,
        'x-forwarded-for': appended('x-forwarded-for', incoming.socket.remoteAddress ?? ''),
        'x-forwarded-host': appended('x-forwarded-host', incoming.headers.host ?? ''),
        'x-forwarded-proto': appended('x-forwarded-proto', 'https'),
      };
      const outgoing = httpRequest(
        target + incoming.url,
        { method: incoming.method, headers: { ...headers, host: 'inside.example' } },
        (response) => {
          answer.writeHead(response.statusCode!, response.headers);
          response.pipe(answer);
        },
      );
      outgoing.on('error', () => answer.destroy());
      incoming.pipe(outgoing);
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `https://localhost:${port}`,
    certificate,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
