/** The page: loads the compiled network from the folder beside it, runs it, and shows what it makes. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
import { load } from 'maskskip/run';
import { network } from './network.js';
import { painted, pixels, size } from './pictures.js';

const show = (id: string, colours: Float32Array): void => {
  const canvas = document.querySelector<HTMLCanvasElement>(`#${id}`)!;
  canvas.getContext('2d')!.putImageData(new ImageData(pixels(colours), size, size), 0, 0);
};
const say = (text: string, state: 'done' | 'failed'): void => {
  document.querySelector('#state')!.textContent = text;
  document.body.dataset['state'] = state;
};

try {
  // Where the backend finds its .wasm files: beside the page.
  setWasmPaths(new URL('.', location.href).href);
  await setBackend('wasm');
  const run = await load('model', network);

  const picture = painted();
  show('given', picture);
  const inputs = { picture: { data: picture, shape: [1, size, size, 3] } } as const;
  await run(inputs, { as: 'arrays' });
  // The first call also prepares the backend.
  const begun = performance.now();
  const { made } = await run(inputs, { as: 'arrays' });
  const milliseconds = performance.now() - begun;
  show('made', made.data);
  say(`${size}×${size} pixels in ${milliseconds.toFixed(1)} ms`, 'done');
} catch (caught) {
  // A fault says in one line what was wrong and what to do.
  say(caught instanceof Error ? caught.message : String(caught), 'failed');
}
