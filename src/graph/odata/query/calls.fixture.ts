import { type Profiler, Session } from 'node:inspector';

const HERE = /\/graph\/odata\/query\/[^/]+\.ts$/;

/**
 * How often functions of this folder are called while `work` runs: what it costs, as a number that is the same on every
 * machine, however busy.
 */
export function callsDuring(work: () => void): number {
  const session = new Session();
  session.connect();
  // The session is of this thread: each answer is there when `post` comes back.
  const post = (method: string, parameters = {}): unknown => {
    let answer: unknown;
    session.post(method, parameters, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return answer;
  };
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  try {
    work();
    const { result } = post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
    const functions = result.filter(({ url }) => HERE.test(url)).flatMap((script) => script.functions);
    return functions.reduce((sum, { ranges }) => sum + ranges[0]!.count, 0);
  } finally {
    post('Profiler.stopPreciseCoverage');
    session.disconnect();
  }
}
