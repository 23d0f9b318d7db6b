import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { RunningServer } from './servers/server.js';

/** Processor time until now, and the time itself, in milliseconds; NaN where there is no /proc. */
export interface ProcessorTime {
  /** Of this process, the load generator. */
  readonly generator: number;
  readonly server: number;
  readonly database: number;
  /** Of everything together. */
  readonly machine: number;
  readonly now: number;
}

/** How many clock ticks of /proc a second has, on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

function sumOfFields(path: string, line: RegExp, fields: readonly number[]): number {
  try {
    const ticks = line.exec(readFileSync(path, 'utf8'))![1]!.split(' ').map(Number);
    return fields.reduce((sum, field) => sum + ticks[field]!, 0) * (1000 / TICKS_PER_SECOND);
  } catch {
    return Number.NaN;
  }
}

/** utime and stime; the name of the program, before them, may have spaces. */
const ofProcess = (pid: number): number => sumOfFields(`/proc/${pid}/stat`, /\) (.+)/, [11, 12]);

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

/** Processes of the database that have ended count no more. */
export function processorTime(running: RunningServer): ProcessorTime {
  const { user, system } = process.cpuUsage();
  return {
    generator: (user + system) / 1000,
    server: sum(running.pids.map(ofProcess)),
    database: sum((running.databasePids?.() ?? []).map(ofProcess).filter((time) => !Number.isNaN(time))),
    // user, nice, system, irq and softirq
    machine: sumOfFields('/proc/stat', /^cpu +(.+)/, [0, 1, 2, 5, 6]),
    now: performance.now(),
  };
}

/** How much of one processor each had in between. */
export function processorsUsed(
  from: ProcessorTime,
  to: ProcessorTime,
): { generator: number; server: number; database: number; others: number } {
  const elapsed = to.now - from.now;
  const generator = (to.generator - from.generator) / elapsed;
  const server = (to.server - from.server) / elapsed;
  const database = (to.database - from.database) / elapsed;
  const others = (to.machine - from.machine) / elapsed - generator - server - database;
  return { generator, server, database, others };
}

/** The memory that a process has, in MiB; NaN where there is no /proc. */
export function residentMebibytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
