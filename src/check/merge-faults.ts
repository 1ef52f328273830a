/** One list of what the compiler and elaboration found, each mistake once. */
import type { Fault } from '../base/fault.js';

/**
 * The compiler's faults, each with the path and the fields that elaboration has for the same text, and then what
 * elaboration alone found. Two places with one text are two mistakes: they take their paths in order. A pointer, if
 * elaboration gives one, tells apart parts of the same path in different models.
 */
export const mergeFaults = (typed: readonly Fault[], elaborated: readonly Fault[]): readonly Fault[] => {
  const byText = new Map<string, readonly Fault[]>();
  for (const one of unique(elaborated)) byText.set(one.text, [...(byText.get(one.text) ?? []), one]);
  const used = new Map<string, number>();
  const merged = typed.map((one) => {
    const twins = byText.get(one.text);
    if (twins === undefined) return one;
    const index = used.get(one.text) ?? 0;
    used.set(one.text, index + 1);
    const { where, got, wanted, fix, severity } = twins[Math.min(index, twins.length - 1)]!;
    return { ...one, where, got, wanted, fix, severity };
  });
  return [...merged, ...unique(elaborated).filter(({ text }) => !used.has(text))];
};

/** Without those that the same part of the declaration has brought forth before: two models may share it. */
const unique = (faults: readonly Fault[]): readonly Fault[] => {
  const keys = faults.map(({ text, where, pointer }) => JSON.stringify([text, where, pointer]));
  return faults.filter((_, index) => keys.indexOf(keys[index]!) === index);
};
