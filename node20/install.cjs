// `npm ci` and `npm install` run this on Node.js 20 alone: it installs the SQLite driver of this folder (decisions/0001).
const { spawnSync } = require('node:child_process');

const wanted = require('./package.json').dependencies['better-sqlite3'];

/** Whether an earlier install left the wanted version, and it loads: a compilation is not repeated. */
function isInstalled() {
  try {
    const Sqlite = require('./node_modules/better-sqlite3');
    new Sqlite(':memory:').close();
    return require('./node_modules/better-sqlite3/package.json').version === wanted;
  } catch {
    return false;
  }
}

if (!isInstalled()) {
  console.log(`Node.js ${process.versions.node}: installing its SQLite driver, better-sqlite3 ${wanted}.`);
  console.log(
    'Where no prebuilt binary can be fetched, it is compiled: one to two minutes, with a C++ compiler.',
  );
  const npm = [process.env.npm_execpath, 'ci', '--prefix', __dirname];
  const { error, status } = spawnSync(process.execPath, npm, { stdio: 'inherit' });
  if (error) throw error;
  process.exitCode = status ?? 1;
}
