import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Processor time until now, in milliseconds. */
export interface ProcessorTime {
  /** Of this process, the load generator. */
  readonly generator: number;
  readonly server: number;
  /** Of the whole machine. */
  readonly used: number;
  readonly all: number;
}

/** How many clock ticks of /proc a second has, on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

function ofProcess(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
  } catch {
    // Not Linux.
    return Number.NaN;
  }
}

export function processorTime(serverPid: number): ProcessorTime {
  const times = cpus().map((cpu) => cpu.times);
  const used = times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, 0);
  const { user, system } = process.cpuUsage();
  return {
    generator: (user + system) / 1000,
    server: ofProcess(serverPid),
    used,
    all: times.reduce((sum, { idle }) => sum + idle, used),
  };
}

/** How much of one processor each had in between; NaN where the system does not tell. */
export function processorsUsed(
  from: ProcessorTime,
  to: ProcessorTime,
): { generator: number; server: number; others: number } {
  const elapsed = (to.all - from.all) / cpus().length;
  const generator = (to.generator - from.generator) / elapsed;
  const server = (to.server - from.server) / elapsed;
  return { generator, server, others: (to.used - from.used) / elapsed - generator - server };
}
