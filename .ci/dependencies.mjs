// What the lock files say of the libraries that a user runs: licences that this project may pass on, and nothing that
// `npm ci` compiles on Node.js 22 and newer. Ends with 1 and one line for each fault.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const ALLOWED = new Set([
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
]);

/** Packages whose licence is not where npm looks for it: read in their own files. */
const READ = {
  // The text of its LICENSE; its package.json has none.
  'jspath@0.4.0': 'MIT',
};

/** The software bill of materials of a folder, without development dependencies: CycloneDX. */
function bill(folder) {
  const npm = process.env.npm_execpath;
  const args = ['sbom', '--package-lock-only', '--omit', 'dev', '--sbom-format', 'cyclonedx'];
  const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const stdio = ['ignore', 'pipe', 'ignore'];
  return JSON.parse(execFileSync(program, [...first, ...args], { cwd: folder, encoding: 'utf8', stdio }));
}

/** `MIT`, `(MIT OR WTFPL)`: one of the choices is enough. Any other expression is for a person to read. */
const isAllowed = (licence) =>
  licence
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((choice) => ALLOWED.has(choice));

const faults = [];
for (const folder of ['.', 'node20']) {
  const { components } = bill(folder);
  for (const { name, version, licenses = [] } of components) {
    const found = licenses.map(({ license, expression }) => expression ?? license.id ?? license.name);
    const licence = READ[`${name}@${version}`] ?? found.join(' AND ');
    if (!isAllowed(licence)) faults.push(`${name} ${version} has the licence '${licence}'`);
  }
  console.log(
    `${folder === '.' ? 'package-lock.json' : `${folder}/package-lock.json`}: ${components.length} libraries`,
  );
}

// npm 10 and 11 compile what has a binding.gyp, unless the lock file says otherwise, and leave the line out when they
// write it.
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
if (lock.packages['node_modules/better-sqlite3'].gypfile !== false)
  faults.push('package-lock.json: "gypfile": false is missing below "node_modules/better-sqlite3"');

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
