/** Tables for a terminal, in Markdown and as comma-separated values. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { csvTable, markdownTable, table } from '../../src/cli/table.js';

const columns = [
  { title: 'name', align: 'left' },
  { title: 'n', align: 'right' },
] as const;

/** A plain reader of RFC 4180. */
const readCsv = (text: string): readonly (readonly string[])[] => {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/gy;
  let row: string[] = [];
  for (let found = cell.exec(text); found !== null; found = cell.exec(text)) {
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === ',') continue;
    rows.push(row);
    row = [];
    if (found[3] === '') break;
  }
  return rows;
};

describe('tables', () => {
  it('stand under their titles', () => {
    assert.equal(table(columns, [['α', '1'], ['long', '1,000']]), 'name      n\nα         1\nlong  1,000'); // prettier-ignore
  });

  it('in Markdown have one line a row, whatever is in a cell', () => {
    assert.equal(markdownTable(columns, [['a|b', '1'], ['two\nlines', '2']]), '| name | n |\n|---|--:|\n| a\\|b | 1 |\n| two lines | 2 |'); // prettier-ignore
  });

  it('as comma-separated values give back what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (rows) => {
        assert.deepEqual(readCsv(csvTable(['a', 'b'], rows)), [['a', 'b'], ...rows]);
      }),
      { examples: [[[['a,b', 'say "x"\n']]]] },
    );
  });
});
