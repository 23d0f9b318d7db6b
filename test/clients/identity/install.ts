import { installClients } from './clients.js';

installClients((line) => process.stdout.write(`${line}\n`));
