/** What the compiler says, in one line; and our own messages in it. */
import { ts } from 'ts-morph';

/** A diagnostic with its explanations as one line of at most 600 characters. */
export const diagnosticText = (diagnostic: Pick<ts.Diagnostic, 'messageText'>): string => {
  const whole = wholeText(diagnostic).trim().replace(/\s+/g, ' ');
  return whole.length <= longest ? whole : `${whole.slice(0, longest - 1)}…`;
};
const longest = 600;

/**
 * The messages of our rules that a diagnostic carries: a combinator refuses an argument by wanting a string that says
 * what is wrong, `Argument of type 'Conv<…>' is not assignable to parameter of type '"✗ S12 …"'`.
 */
export const ruleMessages = (diagnostic: Pick<ts.Diagnostic, 'messageText'>): readonly string[] => {
  const wanted = wantedLiterals.exec(wholeText(diagnostic))?.[1];
  return wanted === undefined
    ? []
    : [...wanted.matchAll(literal)].map(([, inside]) => unescaped(inside ?? ''));
};

const wholeText = ({ messageText }: Pick<ts.Diagnostic, 'messageText'>): string =>
  ts.flattenDiagnosticMessageText(messageText, '\n');

const literal = /"(✗ (?:[^"\\]|\\.)*)"/g;
const wantedLiterals =
  /is not assignable to (?:parameter of )?type '("✗ (?:[^"\\]|\\.)*"(?: \| "✗ (?:[^"\\]|\\.)*")*)'/;

/** What stands in a string literal as the compiler writes it. */
const unescaped = (inside: string): string =>
  inside.replace(/\\(u[\da-f]{4}|x[\da-f]{2}|.)/gi, (_whole, code: string) =>
    code.length > 1
      ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
      : (controls[code as keyof typeof controls] ?? code),
  );
const controls = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', '0': '\0' } as const;
