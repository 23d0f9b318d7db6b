import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { fileFault } from './transfer-error.js';

const CHUNK_BYTES = 1 << 20;

/** Where bytes go. */
interface Sink {
  /** Another write begins when this one is done. */
  readonly write: (bytes: Buffer) => Promise<void>;
  /** What is behind these first bytes goes. */
  readonly cut: (length: number) => Promise<void>;
  /** What was written is on disk, where there is one. */
  readonly end: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What an export writes, with its digest. */
export class Output {
  private readonly hash = createHash('sha256');
  private chunk: string[] = [];
  private length = 0;
  private kept = 0;

  private constructor(
    private readonly name: string,
    private readonly sink: Sink,
  ) {}

  /**
   * @param file its path, or `-` for the standard output
   * @param goesOn whether what is in the file stays
   * @throws {TransferError} where the file cannot be written
   */
  static async open(file: string, goesOn: boolean): Promise<Output> {
    if (file === '-') return new Output('The standard output', standardOutput());
    try {
      return new Output(file, await fileSink(await open(file, goesOn ? 'r+' : 'w', 0o600)));
    } catch (error) {
      throw fileFault(file, 'written', error);
    }
  }

  /** Takes a line that the file has already. Whoever has kept all that there is to keep calls `cut`. */
  keep(line: Buffer): void {
    this.hash.update(line);
    this.kept += line.length;
  }

  /** Leaves of the file what was kept. @throws {TransferError} */
  cut(): Promise<void> {
    return this.attempt(() => this.sink.cut(this.kept));
  }

  /** @throws {TransferError} where the file cannot be written, of which the whole lines stay */
  async write(line: string): Promise<void> {
    this.chunk.push(line);
    this.length += line.length;
    if (this.length >= CHUNK_BYTES) await this.flush();
  }

  /** Writes the last line, and everything is on disk. @param line makes it of the digest of all before */
  async end(line: (sha256: string) => string): Promise<void> {
    await this.flush();
    await this.write(line(this.hash.digest('hex')));
    await this.attempt(() => this.sink.write(Buffer.from(this.chunk.join(''))));
    await this.attempt(() => this.sink.end());
  }

  close(): Promise<void> {
    return this.sink.close();
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.from(this.chunk.join(''));
    this.chunk = [];
    this.length = 0;
    this.hash.update(bytes);
    await this.attempt(() => this.sink.write(bytes));
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw fileFault(this.name, 'written', error);
    }
  }
}

async function fileSink(handle: FileHandle): Promise<Sink> {
  const isFile = (await handle.stat()).isFile();
  // Also one that was there, and that others could read.
  if (isFile) await handle.chmod(0o600);
  let position = 0;
  return {
    write: async (bytes) => {
      for (let done = 0; done < bytes.length;) {
        const at = isFile ? position : null;
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at);
        done += bytesWritten;
        position += bytesWritten;
      }
    },
    cut: async (length) => {
      await handle.truncate(length);
      position = length;
    },
    end: () => (isFile ? handle.sync() : Promise.resolve()),
    close: () => handle.close(),
  };
}

function standardOutput(): Sink {
  // A reader that is gone is told by the next write.
  process.stdout.on('error', () => undefined);
  return {
    write: (bytes) =>
      new Promise((resolve, reject) =>
        process.stdout.write(bytes, (error) => (error ? reject(error) : resolve())),
      ),
    cut: () => Promise.resolve(),
    end: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
