import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Complaint } from './complaint.js';

/** A file as it is now. */
export interface Document {
  /** Below the folder, with slashes on every system. */
  readonly path: string;
  readonly text: string;
  readonly size: number;
  readonly modified: Date;
}

/** The paths of the Markdown files in a folder, at any depth. @throws {Complaint} where there are none */
export async function documentsOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    ({ message }: Error) => {
      throw new Complaint(`The folder cannot be read: ${message}. npm run example:docs makes data/markdown.`);
    },
  );
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(md|markdown)$/i.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  // Far more often a wrong folder, or a disk that is not there, than the wish to delete every item.
  if (paths.length === 0) throw new Complaint(`There is no Markdown file in ${folder}.`);
  return paths.toSorted();
}

export async function readDocument(folder: string, path: string): Promise<Document> {
  const file = join(folder, path);
  const [{ size, mtime }, bytes] = await Promise.all([stat(file), readFile(file)]);
  return { path, text: bytes.toString('utf8'), size, modified: mtime };
}
