interface Waiting {
  readonly begin: () => void;
}

/** A queue that is full. */
export class QueueFull extends Error {}

/** So many pieces of work at a time, for one tenant after the other, so that no tenant waits for all the work of another. */
export class FairTurns {
  /** By tenant, in the order of their turns. */
  private readonly waiting = new Map<string, Waiting[]>();
  private underWay = 0;

  /** @param mostWaiting pieces of work of one tenant */
  constructor(
    private readonly mostWaiting: number,
    private readonly atOnce = 1,
  ) {}

  /**
   * Does the work when it is its turn.
   * @param left aborted when nobody wants the result any more: work that waits is dropped, work that has begun ends
   * @throws {QueueFull} and the reason of `left`
   */
  async run<T>(tenantId: string, left: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    left?.throwIfAborted();
    if (this.underWay === this.atOnce) await this.turn(tenantId, left);
    else this.underWay++;
    try {
      return await work();
    } finally {
      this.next();
    }
  }

  private turn(tenantId: string, left: AbortSignal | undefined): Promise<void> {
    const queue = this.waiting.get(tenantId) ?? [];
    if (queue.length >= this.mostWaiting) throw new QueueFull();
    this.waiting.set(tenantId, queue);
    return new Promise((resolve, reject) => {
      const drop = (): void => {
        queue.splice(queue.indexOf(entry), 1);
        if (queue.length === 0) this.waiting.delete(tenantId);
        reject(left!.reason as Error);
      };
      const entry: Waiting = {
        begin: () => {
          left?.removeEventListener('abort', drop);
          resolve();
        },
      };
      queue.push(entry);
      left?.addEventListener('abort', drop, { once: true });
    });
  }

  private next(): void {
    const [first] = this.waiting;
    if (first === undefined) {
      this.underWay--;
      return;
    }
    const [tenantId, queue] = first;
    const { begin } = queue.shift()!;
    // To the end of the row.
    this.waiting.delete(tenantId);
    if (queue.length > 0) this.waiting.set(tenantId, queue);
    begin();
  }
}
