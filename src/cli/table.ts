/** Aligned tables for a terminal. */

/** How a column is set. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Rows under their titles, two blanks between columns, no blanks at the ends of lines. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => [...(line[i] ?? '')].length)));
  return lines
    .map((line) =>
      columns
        .map(({ align }, i) => {
          const cell = line[i] ?? '';
          const blanks = ' '.repeat(widths[i]! - [...cell].length);
          return align === 'left' ? cell + blanks : blanks + cell;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** The same as a table in Markdown. */
export const markdownTable = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/[\\|]/g, '\\$&').replace(/\n/g, ' ')).join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    `|${columns.map(({ align }) => (align === 'left' ? '---' : '--:')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
};

/** Rows under their titles as comma-separated values, RFC 4180; lines end in a line feed alone. */
export const csvTable = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, ...rows]
    .map((cells) =>
      cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','),
    )
    .join('\n');

/** `94512899` as `94,512,899`. */
export const count = (value: number): string => value.toLocaleString('en-US');
