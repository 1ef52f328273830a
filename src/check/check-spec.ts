/** A JSON spec, read with the user's own parts and elaborated; every fault has its place in the document. */
import * as E from 'fp-ts/lib/Either.js';
import type * as T from 'fp-ts/lib/Task.js';
import type { Fault, SourcePlace } from '../base/fault.js';
import type { AnyModel } from '../dsl/model.js';
import type { CheckReport } from './check-file.js';
import { sourcesOf, syntaxErrorPlace } from './json-source.js';
import { fileFault, loadExports, type Exports } from './load-model.js';
import { contentOf } from './load-spec.js';
import { brokenPart } from './broken-part.js';
import { modelFaults } from './model-faults.js';
import { runFaultPlace } from './run-fault-place.js';
import { located } from './source-place.js';

/** What reads a spec; `Definitions` are the parts that a spec may name. */
export interface SpecReader<Definitions> {
  readonly fromSpecText: (
    text: Uint8Array,
    definitions?: Definitions,
  ) => E.Either<
    readonly Fault[],
    { readonly model: AnyModel; readonly pointer: (part: object) => string | undefined }
  >;
  /** The layers, ψ and joins among what a file exports. */
  readonly definitionsOf: (exports: Exports) => Definitions;
}

/** What a spec may be given. */
export interface CheckSpecOptions {
  /** A TypeScript file that exports parts of the user's own; it is run. */
  readonly with?: string;
}

/**
 * Checks a spec. Faults: those of the reader, of the language and of plans, with a source; U02 no such file,
 * U03 and U04 for the file of parts, U14 a layer whose own code fails, U15 a file that cannot be read.
 */
export const checkSpec =
  <Definitions>(
    file: string,
    reader: SpecReader<Definitions>,
    options: CheckSpecOptions = {},
  ): T.Task<CheckReport> =>
  async () => {
    const missing = await fileFault(file, 'a JSON spec', ['.json']);
    if (missing !== undefined) return failed([missing]);
    const parts = options.with === undefined ? undefined : await loadExports(options.with)();
    if (parts !== undefined && E.isLeft(parts)) return failed(parts.left.map((one) => placedRun(options.with ?? '', one))); // prettier-ignore
    const bytes = await contentOf(file);
    if (E.isLeft(bytes)) return failed([bytes.left]);
    const text = new TextDecoder().decode(bytes.right);
    const sources = sourcesOf(text, file);
    const place = (pointer: string): SourcePlace =>
      (pointer === '' ? syntaxErrorPlace(text, file) : undefined) ?? sources(pointer);
    const read = readSpec(file, bytes.right, reader, parts?.right);
    // A fault of the reader without a pointer is not about the document but about the parts that were passed.
    if (E.isLeft(read)) return failed(read.left.map((one) => (one.pointer === undefined ? one : located(one, place(one.pointer))))); // prettier-ignore
    const faults = modelFaults(file, read.right.model, read.right.pointer);
    return { models: ['model'], faults: faults.map((one) => located(one, place(one.pointer ?? ''))) };
  };

/** A part's own code runs while a spec is read: that it throws is a fault, U14. */
const readSpec = <Definitions>(
  file: string,
  bytes: Uint8Array,
  { fromSpecText, definitionsOf }: SpecReader<Definitions>,
  exports: Exports | undefined,
): ReturnType<SpecReader<Definitions>['fromSpecText']> => {
  try {
    return fromSpecText(bytes, exports === undefined ? undefined : definitionsOf(exports));
  } catch (caught) {
    return E.left([brokenPart(file, caught)]);
  }
};

const failed = (faults: readonly Fault[]): CheckReport => ({ models: [], faults });

const placedRun = (file: string, one: Fault): Fault => {
  const place = runFaultPlace(file, one);
  return place === undefined ? one : located(one, place);
};
