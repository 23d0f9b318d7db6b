import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeFault } from '../../cluster/checker/fault.js';
import { DROPS } from '../../cluster/dropped-write.js';
import { report } from '../../cluster/report.js';
import { ClusterRun } from '../../cluster/run.js';
import { describeException } from '../../support/exceptions.js';
import { ensureBuilt } from '../../support/program.js';

/** `npm run test:cluster` is the same, for longer and with more clients. */
const OPTIONS = { seconds: 12, clients: 24, rounds: 20 };

describeException('many servers on one PostgreSQL', () => {
  let run: ClusterRun;
  beforeAll(async () => {
    await ensureBuilt();
    run = await ClusterRun.start(OPTIONS);
  });
  afterAll(() => run?.stop());

  it('lose nothing, agree and count exactly, while one is killed and the database is restarted', async () => {
    await run.load();
    const faults = await run.faults();
    expect(faults.map(describeFault), report(run, faults)).toEqual([]);
    const statuses = new Set(run.history.calls.map(({ answer }) => answer?.status));
    // Both outages were felt, and each round had a winner and losers.
    for (const status of [undefined, 503, 201, 409]) expect(statuses).toContain(status);
  }, 600_000);

  it('are found out, each time exactly, when acknowledged writes are undone behind their backs', async () => {
    const dropped: string[] = [];
    for (const drop of DROPS) dropped.push(await run.drop(drop));
    const faults = await run.faults();
    expect(faults.map(({ of }) => of).toSorted(), report(run, faults)).toEqual(dropped.toSorted());
  }, 600_000);
});
