/** `report.html`: one file with everything in it, no scripts. */
import { colourOf, gateChart, learningCurves } from './charts.js';
import { caveats, findings } from './findings.js';
import { escaped } from './markup.js';
import type { Results } from './results.js';
import { baselineTable, maskTable, runTable, scoreTable, type Table } from './table.js';

/** The pictures of a run, as PNGs. */
export interface Pictures {
  readonly grid: Buffer;
  readonly masks: Buffer;
}

/** The page. */
export const reportPage = (results: Results, pictures: Pictures): string => {
  const { networks, machine, preset } = results;
  const masked = networks.flatMap((one, index) => (one.gates.length > 0 ? [{ one, index }] : []));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>maskskip quickstart</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>maskskip quickstart</h1>
<p class="lead">A person in another pose: ${networks.length} networks from one declaration, which differ only in the ψ on
the image encoder’s skips, trained alike and tried on people that none of them has seen. Preset
<b>${preset.name}</b> on <b>${escaped(machine.backend)}</b>, seed ${results.seed}.</p>
${section(
  'What came out',
  findings(results)
    .map(({ question, answers }) => `<h3>${escaped(question)}</h3>${list(answers)}`)
    .join('\n'),
)}
${section('Figures', [scoreTable, baselineTable, maskTable].map((table) => htmlTable(table(results))).join('\n'))}
${section('Pictures', figureOf(pictures.grid, 'Held-out people. Columns: what was shown, the pose that was wanted, the truth, what each network made.', true))}
${section('Learning', `<figure>${learningCurves(networks)}<figcaption>Mask-L1 on the training batches, each point the mean of a twentieth of the steps.</figcaption></figure>`)}
${section(
  'Open gates per channel',
  `<p>The quantity of the paper’s Figure 4, for each level of the image encoder: how many of a channel’s gates are open.
Dashed: all of them, which is No-mask. Grey: at the start. Coloured: after training.</p>
${masked.map(({ one, index }) => `<h3>${escaped(one.title)}</h3><figure>${gateChart(one, colourOf(index))}</figure>`).join('\n')}`,
)}
${section('Masks', figureOf(pictures.masks, 'The masks after training, as in the paper’s Figure 5: white is masked (M < 0), black passes. The channels are spread evenly over each level and the same for all networks.', false))}
${section('How to read this', list(caveats(results)))}
${section('The networks', `<dl>${networks.map(({ title, psi }) => `<dt>${escaped(title)}</dt><dd>${escaped(psi)}</dd>`).join('')}</dl>`)}
${section('The run', htmlTable(runTable(results)))}
</main>
</body>
</html>
`;
};

const section = (title: string, content: string): string =>
  `<section>\n<h2>${escaped(title)}</h2>\n${content}\n</section>`;

const list = (sentences: readonly string[]): string =>
  `<ul>${sentences.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>`;

const figureOf = (png: Buffer, caption: string, tall: boolean): string =>
  `<figure${tall ? ' class="tall"' : ''}><img alt="${escaped(caption)}" src="data:image/png;base64,${png.toString('base64')}">` +
  `<figcaption>${escaped(caption)}</figcaption></figure>`;

const htmlTable = ({ caption, header, rows }: Table): string => {
  const titled = header.some((cell) => cell !== '');
  const head = `<thead><tr>${header.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr></thead>`;
  const body = rows.map(
    (cells) =>
      `<tr>${cells.map((cell, at) => (at === 0 ? `<th>${escaped(cell)}</th>` : `<td>${escaped(cell)}</td>`)).join('')}</tr>`,
  );
  return (
    `<div class="scroll"><table${titled ? ' class="figures"' : ''}>` +
    `<caption>${escaped(caption)}</caption>${titled ? head : ''}<tbody>${body.join('')}</tbody></table></div>`
  );
};

const style = `
body{margin:0;background:#f1f3f5;color:#212529;font:16px/1.5 system-ui,"DejaVu Sans",sans-serif}
main{max-width:980px;margin:0 auto;padding:32px 24px 64px;background:#fff}
h1{margin:0 0 8px;font-size:30px}h2{margin:40px 0 12px;font-size:21px;border-bottom:1px solid #dee2e6;padding-bottom:6px}
h3{margin:20px 0 4px;font-size:16px}.lead{font-size:17px;color:#495057}
ul{padding-left:20px}li{margin:6px 0}
.scroll{overflow-x:auto;margin:0 0 24px}table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;color:#495057;padding-bottom:8px}
th,td{padding:6px 8px;border-bottom:1px solid #e9ecef;text-align:left;vertical-align:top}
tbody th{font-weight:600}table:not(.figures) th{white-space:nowrap}thead th{color:#495057;white-space:nowrap}
.figures td,.figures thead th+th{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
figure{margin:12px 0}figure img,figure svg{max-width:100%;height:auto}
figure.tall{text-align:center}figcaption{color:#495057;font-size:14px}
dt{font-weight:600}dd{margin:0 0 8px}
`;
