import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { entries } from '../support/a-request.js';

/** The names of everything that a file declares at its top, and of the members of its classes. */
function declaredIn(file: string): Set<string> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const names = new Set<string>();
  const add = (name: ts.Node | undefined): void => {
    if (name !== undefined && ts.isIdentifier(name)) names.add(name.text);
  };
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement))
      statement.declarationList.declarations.forEach(({ name }) => add(name));
    else if (
      ts.isFunctionDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement)
    )
      add(statement.name);
    else if (ts.isClassDeclaration(statement)) {
      add(statement.name);
      statement.members.forEach((member) => add(member.name));
    }
  }
  return names;
}

describe('docs/a-request.md', () => {
  const files = entries();

  it('names each file once, and at least one symbol of it', () => {
    expect(new Set(files.map(({ file }) => file)).size).toBe(files.length);
    expect(files.filter(({ symbols }) => symbols.length === 0)).toEqual([]);
    expect(files.length).toBeGreaterThan(30);
  });

  it.each(files)('names only symbols that $file declares', ({ file, symbols }) => {
    expect(existsSync(file), file).toBe(true);
    expect([...declaredIn(file)]).toEqual(expect.arrayContaining([...symbols]));
  });
});
