/* Loaded into each Node.js process that `run --as-graph` starts: TLS to Graph's two hosts goes to its front. */
import tls = require('node:tls');
import module_ = require('node:module');

const port = Number(process.env.GRAPH_CONNECTIONS_AS_GRAPH_PORT);
const hosts = ['graph.microsoft.com', 'login.microsoftonline.com'];
/** As clients write it. */
const HTTPS_PORTS: readonly unknown[] = [undefined, 443, '443', ''];
const connect = tls.connect;

type Options = tls.ConnectionOptions;

/** `tls.connect` in each of its forms: (options), (port, host, options), (port, options), each with a callback. */
function redirected(given: unknown[]): unknown[] {
  const [first, second, third] = given;
  const options: Options =
    typeof first === 'object' && first !== null
      ? { ...(first as Options) }
      : {
          ...((typeof second === 'object' ? second : third) as Options | undefined),
          port: Number(first),
          ...(typeof second === 'string' ? { host: second } : {}),
        };
  const host = options.host ?? options.servername;
  if (options.socket !== undefined || host === undefined || !hosts.includes(host)) return given;
  if (!HTTPS_PORTS.includes(options.port)) return given;
  const callback = given.find((each) => typeof each === 'function');
  return [{ ...options, host: '127.0.0.1', port, servername: options.servername || host }, callback];
}

if (port > 0) {
  tls.connect = (...given: unknown[]) =>
    (connect as (...all: unknown[]) => tls.TLSSocket)(...redirected(given));
  module_.syncBuiltinESMExports();
}
