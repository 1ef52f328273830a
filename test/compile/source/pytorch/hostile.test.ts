/** R11: whatever a model and its parts are called, the text is the same program: names are strings and identifiers only. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joined } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { batchNorm, conv, dropout, encoder, input, model, named, psi, relu, seq, skip, surrogate, through, unsafeElaborate, upsample, type AnyModel } from '../../../../src/dsl/index.js'; // prettier-ignore
import { isName } from '../../../../src/dsl/names.js';
import { namedModels } from '../../../../src/compile/source/named-models.js';
import { pythonFile, pytorch } from '../../../../src/compile/source/pytorch/target.js';
import { hostileNames } from '../hostile.js';
import { needs, runPython } from './python.js';

/* A model in which a name is an input's, an encoder's, a block's and an output's. */
const called = (name: string): AnyModel =>
  model(
    through(
      input(name, 8, 8, 3),
      encoder(name, [seq(conv(4), relu), seq(conv(4, { stride: 2 }), batchNorm())]),
      named(name, conv(4), dropout(0.5)),
      skip(name),
      conv(4),
      upsample(2),
      skip(name, psi.dense({ surrogate: surrogate.soft(2) })),
    ),
  );

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
    this.timeout(60_000);
    const names = ['plain', ...hostileNames];
    const models = namedModels(names.map((name) => ({ name, elaborated: unsafeElaborate(called(isName(name) ? name : 'plain')) }))); // prettier-ignore
    const texts = models.map((one) => {
      const files = pytorch.files(one);
      if (E.isLeft(files)) throw new Error(files.left.map(({ text }) => text).join('\n'));
      assert.match(pythonFile(one), /^[a-z][a-z0-9_]*\.py$/);
      return String(files.right[0]!.text);
    });
    const folder = await mkdtemp(joined(tmpdir(), 'maskskip-pytorch-'));
    try {
      await writeFile(joined(folder, 'texts.json'), JSON.stringify(texts));
      await writeFile(joined(folder, 'trees.py'), script.replaceAll('\\\\', '\\'));
      const { stdout } = await runPython([joined(folder, 'trees.py'), joined(folder, 'texts.json')]);
      const [plain, ...others] = JSON.parse(stdout) as { tree: string; odd: string[]; ascii: boolean }[];
      assert.equal(others.length, hostileNames.length);
      others.forEach((one, at) =>
        assert.deepEqual(one, { ...plain, odd: [] }, JSON.stringify(hostileNames[at])),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
