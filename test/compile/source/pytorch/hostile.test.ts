/** R11: whatever a model and its parts are called, the text is the same program: names are strings and identifiers only. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joined } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { conv, dropout, encoder, input, model, named, psi, skip, surrogate, through, unsafeElaborate, type AnyModel } from '../../../../src/dsl/index.js'; // prettier-ignore
import { isName } from '../../../../src/dsl/names.js';
import { namedModels } from '../../../../src/compile/source/named-models.js';
import { pythonFile, pytorch } from '../../../../src/compile/source/pytorch/target.js';
import { hostileNames } from '../hostile.js';
import { needs, runPython } from './python.js';

/* A model in which each name is an input's, an encoder's, a block's and an output's. */
const called = (names: readonly string[]): AnyModel =>
  model(
    Object.fromEntries(
      names.map((name) => [
        name,
        through(
          input(name, 4, 4, 2),
          encoder(name, [conv(2)]),
          named(name, conv(2), dropout(0.5)),
          skip(name, psi.dense({ surrogate: surrogate.soft(2) })),
        ),
      ]),
    ),
  );
const small = (): AnyModel => model(through(input('x', 4, 4, 2), conv(2)));

/* The syntax tree without the texts of strings and without names; what is left must not depend on them. */
const script = `
import ast, hashlib, json, re, sys
result = []
for text in json.load(open(sys.argv[1])):
    compile(text, "module", "exec")
    tree = ast.parse(text)
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords = [one for one in node.keywords if one.arg != "name"]
        for field in ("id", "attr", "arg", "name"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                names.add(value)
                setattr(node, field, "x")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    odd = [one for one in names if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*(\\\\.[A-Za-z_.]+)?", one)]
    ascii = text.isascii() and not re.search(r"[\\\\x00-\\\\x09\\\\x0b-\\\\x1f\\\\x7f]", text)
    result.append({"tree": hashlib.sha256(ast.dump(tree).encode()).hexdigest(), "odd": odd, "ascii": ascii})
print(json.dumps(result))
`;

describe('hostile names in PyTorch', () => {
  before(needs('torch'));

  it('leave the syntax tree as it is', async function () {
    this.timeout(120_000);
    const texts: string[] = [];
    const emit = (name: string, declared: AnyModel): void => {
      const [one] = namedModels([{ name, elaborated: unsafeElaborate(declared) }]);
      const files = pytorch.files(one!);
      if (E.isLeft(files)) throw new Error(files.left.map(({ text }) => text).join('\n'));
      assert.match(pythonFile(one!), /^[a-z][a-z0-9_]*\.py$/);
      texts.push(String(files.right[0]!.text));
    };
    for (const name of ['plain', ...hostileNames]) emit(name, small());
    const alone = texts.length;
    const names = hostileNames.filter(isName);
    assert.ok(names.length > 200);
    const groups = Array.from({ length: Math.floor(names.length / 20) }, (_, at) => names.slice(20 * at, 20 * at + 20)); // prettier-ignore
    emit('plain', called(Array.from({ length: 20 }, (_, at) => `plain${at}`)));
    for (const group of groups) emit('plain', called(group));

    const folder = await mkdtemp(joined(tmpdir(), 'maskskip-pytorch-'));
    try {
      await writeFile(joined(folder, 'texts.json'), JSON.stringify(texts));
      await writeFile(joined(folder, 'trees.py'), script.replaceAll('\\\\', '\\'));
      const { stdout } = await runPython([joined(folder, 'trees.py'), joined(folder, 'texts.json')]);
      const found = JSON.parse(stdout) as { tree: string; odd: string[]; ascii: boolean }[];
      assert.equal(found.length, texts.length);
      found.forEach((one, at) => {
        const wanted = { tree: found[at < alone ? 0 : alone]!.tree, odd: [], ascii: true };
        assert.deepEqual(one, wanted, JSON.stringify(at < alone ? ['plain', ...hostileNames][at] : groups[at - alone - 1])); // prettier-ignore
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
