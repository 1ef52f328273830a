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

/** `94512899` as `94,512,899`. */
export const count = (value: number): string => value.toLocaleString('en-US');
