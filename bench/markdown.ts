const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A table of which the first column is text and the others are figures. */
export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line), ''].join(
    '\n',
  );

export const whole = (figure: number): string => Math.round(figure).toLocaleString('en');
