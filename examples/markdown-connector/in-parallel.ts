/** Works on all entries, on so many at once; ends with the first failure, when the work that was begun is done. */
export async function inParallel<T>(
  entries: readonly T[],
  atOnce: number,
  work: (entry: T) => Promise<void>,
): Promise<void> {
  const waiting = entries.values();
  let failed = false;
  const workers = Array.from({ length: atOnce }, async () => {
    for (const entry of waiting) {
      if (failed) return;
      await work(entry).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  });
  const failure = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
  if (failure !== undefined) throw (failure as PromiseRejectedResult).reason;
}
