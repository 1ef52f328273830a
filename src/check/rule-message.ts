/** A rule's message, as the compiler shows it, taken apart: what elaboration would have said in fields. */
import { fault, type Fault } from '../base/fault.js';

/**
 * The fault of a message such as `✗ S09 add: channels 8 ≠ 4; make them equal …`. What was got and what was wanted are
 * empty where the message does not tell them apart.
 */
export const messageFault = (text: string, where: string): Fault => {
  const [, rule = '', rest = ''] = /^✗ (\S+) ?(.*)$/s.exec(text) ?? [];
  const cut = rest.lastIndexOf('; ');
  const body = cut === -1 ? rest : rest.slice(0, cut);
  const [got, wanted] = pairOf(body);
  return fault({ rule, where, got, wanted, fix: cut === -1 ? '' : rest.slice(cut + 2), text });
};

const pairOf = (body: string): readonly [got: string, wanted: string] => {
  const differing = /(?:(height|width|channels) )?([\w*?]+) ≠ ([\w*?]+)/.exec(body);
  if (differing !== null) {
    const [, axis, got = '', wanted = ''] = differing;
    return axis === undefined ? [got, wanted] : [`${axis} ${got}`, `${axis} ${wanted}`];
  }
  const expecting = /expects (.+), got (.+)$/.exec(body);
  if (expecting !== null) return [expecting[2] ?? '', expecting[1] ?? ''];
  const beyond = /(\S+ (?:\S+ )?)is not (a positive whole number|a whole number[^;]*)$/.exec(body);
  return beyond === null ? ['', ''] : [(beyond[1] ?? '').trim(), beyond[2] ?? ''];
};
