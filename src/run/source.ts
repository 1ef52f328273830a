/**
 * Where a compiled folder lies, on a disk or behind a URL, and how its files are read: whole, of a length known
 * beforehand, with the checksum known beforehand, or not at all.
 *
 * Node's modules are asked for through `process.getBuiltinModule`, which no bundler follows, so that this room loads
 * in a browser as it is.
 */
import type * as FileSystem from 'node:fs/promises';
import type * as Path from 'node:path';
import type * as Url from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { badFile, outside } from '../artefact/faults.js';
import { artefactFile, artefactLimit, type Artefact, type ArtefactEntry } from '../artefact/format.js';
import { quoted } from '../artefact/place.js';
import { readArtefact } from '../artefact/read.js';
import { sha256 } from '../artefact/sha256.js';
import type { Fault } from '../base/fault.js';

/** Bytes that no one else holds. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A folder to read from. Paths are those that `pathProblem` finds nothing wrong with. */
export interface Source {
  readonly where: string;
  /** The folder's path on this machine; `undefined` behind a URL. */
  readonly folder: string | undefined;
  /** A file of exactly, or of at most, so many bytes. Faults: T03 for a link that leads away, T04. */
  readonly read: (path: string, length: Length) => Promise<E.Either<readonly Fault[], Bytes>>;
}

/** How long a file is, or how long it may be. */
export type Length = { readonly exactly: number } | { readonly most: number };

/**
 * The source behind a folder's path or a URL. A `URL` or a text that begins with `http:`, `https:` or `file:` is a
 * URL; any other text is a folder in Node and relative to the page in a browser.
 */
export const sourceOf = async (place: string | URL): Promise<Source> => {
  const fs = nodeModule('node:fs/promises');
  const text = String(place);
  const url = /^(?:https?|file):/i.test(text)
    ? new URL(text)
    : fs === undefined
      ? new URL(text, (globalThis as { readonly location?: { readonly href: string } }).location?.href)
      : undefined;
  if (url !== undefined && url.protocol !== 'file:') return urlSource(url);
  const folder = url === undefined ? text : nodeModule('node:url')!.fileURLToPath(url);
  return folderSource(folder, fs!, nodeModule('node:path')!);
};

/** `artefact.json` of a source. Faults: T02, T03, T04. */
export const artefactOf = async (source: Source): Promise<E.Either<readonly Fault[], Artefact>> => {
  const bytes = await source.read(artefactFile, { most: artefactLimit });
  if (E.isLeft(bytes)) return bytes;
  return readArtefact(bytes.right, `${source.where}/${artefactFile}`);
};

/** A file that has the length and the checksum that it should have. Faults: T03, T04. */
export const readSealed = async (
  source: Source,
  { path, bytes: length, sha256: digits }: ArtefactEntry,
): Promise<E.Either<readonly Fault[], Bytes>> => {
  const bytes = await source.read(path, { exactly: length });
  if (E.isLeft(bytes)) return bytes;
  return (await sha256(bytes.right)) === digits
    ? bytes
    : E.left([badFile(`${source.where}/${path}`, 'bytes that do not have the checksum in artefact.json', 'the file as it was compiled')]); // prettier-ignore
};

/** A module of Node's own; `undefined` in a browser. */
export const nodeModule = <Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined =>
  (globalThis as { readonly process?: Partial<NodeJS.Process> }).process?.getBuiltinModule?.(name);

/** The modules of Node that this room may ask for. */
export interface NodeModules {
  readonly 'node:fs/promises': typeof FileSystem;
  readonly 'node:path': typeof Path;
  readonly 'node:url': typeof Url;
}

const folderSource = async (
  given: string,
  fs: NodeModules['node:fs/promises'],
  { join, resolve }: NodeModules['node:path'],
): Promise<Source> => {
  // What lies above the folder is the caller's own; nothing below it may be a link.
  const root = await fs.realpath(given).catch(() => resolve(given));
  const read: Source['read'] = async (path, length) => {
    const where = `${given}/${path}`;
    const full = join(root, ...path.split('/'));
    try {
      const about = await fs.lstat(full);
      if (about.isSymbolicLink() || (await fs.realpath(full)) !== full)
        return E.left([outside(where, path, 'a link')]);
      if (!about.isFile()) return E.left([badFile(where, 'no ordinary file', 'a file')]);
      const handle = await fs.open(full, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
      try {
        const { size } = await handle.stat();
        if (!fits(size, length)) return E.left([wrongLength(where, size, length)]);
        const bytes = new Uint8Array(size);
        let filled = 0;
        for (let got = -1; got !== 0 && filled < size; filled += got)
          got = (await handle.read(bytes, filled, size - filled, filled)).bytesRead;
        // A file that grows or shrinks meanwhile is not the one whose length was looked at.
        const after = await handle.read(new Uint8Array(1), 0, 1, size);
        return filled === size && after.bytesRead === 0
          ? E.right(bytes)
          : E.left([wrongLength(where, filled + after.bytesRead, length)]);
      } finally {
        await handle.close();
      }
    } catch (caught) {
      return E.left([badFile(where, causeOf(caught), 'a file that can be read')]);
    }
  };
  return { where: given, folder: root, read };
};

const urlSource = (given: URL): Source => {
  const base = new URL(given);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const where = base.href.replace(/\/$/, '');
  const read: Source['read'] = async (path, length) => {
    const place = `${where}/${path}`;
    try {
      const answer = await fetch(new URL(path, base));
      if (!answer.ok) return E.left([badFile(place, `status ${answer.status}`, 'status 200')]);
      // Compression in transit makes the length that is told that of something else.
      const told = answer.headers.has('content-encoding') ? null : answer.headers.get('content-length');
      if (told !== null && !fits(Number(told), length)) {
        await answer.body?.cancel();
        return E.left([wrongLength(place, Number(told), length)]);
      }
      const most = 'exactly' in length ? length.exactly : length.most;
      const pieces: Uint8Array[] = [];
      let size = 0;
      for (const reader = answer.body?.getReader(); ;) {
        const piece = await reader?.read();
        if (piece === undefined || piece.done) break;
        size += piece.value.length;
        pieces.push(piece.value);
        if (size > most) {
          await reader?.cancel();
          break;
        }
      }
      if (!fits(size, length)) return E.left([wrongLength(place, size, length)]);
      const bytes = new Uint8Array(size);
      pieces.reduce((at, piece) => (bytes.set(piece, at), at + piece.length), 0);
      return E.right(bytes);
    } catch (caught) {
      return E.left([badFile(place, causeOf(caught), 'a file that can be fetched')]);
    }
  };
  return { where, folder: undefined, read };
};

const fits = (size: number, length: Length): boolean =>
  'exactly' in length ? size === length.exactly : size <= length.most;

const wrongLength = (where: string, size: number, length: Length): Fault =>
  badFile(
    where,
    `${size} bytes${'exactly' in length && size > length.exactly ? ' or more' : ''}`,
    'exactly' in length ? `${length.exactly} bytes` : `at most ${length.most} bytes`,
  );

const causeOf = (caught: unknown): string => {
  const code = (caught as { readonly code?: unknown } | null)?.code;
  if (code === 'ENOENT') return 'nothing there';
  return typeof code === 'string' ? code : quoted(caught instanceof Error ? caught.message : String(caught));
};
