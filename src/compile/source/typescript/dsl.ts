/** TypeScript in the form of the language: a module that declares the model with maskskip's public functions. */
import * as E from 'fp-ts/lib/Either.js';
import type { ElaboratedStep } from '../../../dsl/elaborate.js';
import type { Sizes } from '../../../dsl/feature.js';
import { parameterCounts } from '../../plan/plan.js';
import { inferencePlan } from '../named-models.js';
import type { NamedModel, SourceTarget } from '../target.js';
import { declarationOf, type LevelSizes } from './declaration.js';
import { compilerBeside } from './check-beside.js';
import { modulesCheck } from './check-modules.js';
import { gridScript, indexModule } from './shared-files.js';
import { modelModule } from './model-module.js';

/**
 * A module per model that declares it as a person would: features, encoders with what each level gives, the model
 * with its ψ. Whoever imports it has the very model; its types are inferred. Faults V30–V32.
 */
export const typescriptDsl: SourceTarget = {
  name: 'typescript-dsl',
  description: 'a TypeScript module that declares the model with maskskip',
  files: (model) => {
    const declaration = declarationOf(model.elaborated.model, levelSizesOf(model.elaborated.steps));
    return E.isLeft(declaration)
      ? declaration
      : E.right([
          {
            path: `${model.file}.ts`,
            text: modelModule(declaration.right, { identifier: model.identifier, doc: docOf(model) }),
          },
        ]);
  },
  common: (models) => [indexModule(models), gridScript],
  check: () => modulesCheck(compilerBeside()),
};

const docOf = (model: NamedModel): readonly string[] => {
  const { name, axes, elaborated } = model;
  const values = Object.entries(axes).map(([axis, value]) => `${axis} = ${value}`);
  const { inputs, outputs } = elaborated;
  return [
    name,
    '',
    ...(values.length === 0 ? [] : [`Variant: ${values.join(', ')}.`]),
    `Inputs: ${listed(inputs)}.`,
    `Outputs: ${listed(outputs)}.`,
    ...parameterLines(model),
  ];
};

const listed = (sizes: Readonly<Record<string, Sizes>>): string =>
  Object.entries(sizes)
    .map(([name, { h, w, c }]) => `${name} ${h}×${w}×${c}`)
    .join(', ');

/* A model of symbolic sizes has no number of parameters. */
const parameterLines = (model: NamedModel): readonly string[] => {
  const plan = inferencePlan(model);
  if (E.isLeft(plan)) return [];
  const { parameters, maskParameters } = parameterCounts(plan.right);
  const [all, masks] = [parameters, maskParameters].map((one) => one.toLocaleString('en-US'));
  return maskParameters === 0 ? [`Parameters: ${all}.`] : [`Parameters: ${all}, of which ${masks} in masks.`];
};

/**
 * What levels give, by the paths of steps: `image/level2/…`, `decoder/image/level1/…`. Two encoders of one name that
 * give different sizes have none.
 */
const levelSizesOf = (steps: readonly ElaboratedStep[]): LevelSizes => {
  const last = new Map<string, Map<string, string>>();
  for (const { path, output } of steps) {
    const segments = path.split('/');
    segments.forEach((segment, at) => {
      if (at === 0 || !/^level\d+$/.test(segment)) return;
      const kind = segments[at - 2] === 'decoder' ? 'decoder' : 'encoder';
      const key = `${kind} ${segments[at - 1]!.replace(/~\d+$/, '')}/${segment}`;
      const places = last.get(key) ?? new Map<string, string>();
      last.set(key, places.set(segments.slice(0, at + 1).join('/'), `${output.h}x${output.w}x${output.c}`));
    });
  }
  return (kind, name, level) => {
    const sizes = new Set(last.get(`${kind} ${name}/level${level}`)?.values());
    const [only] = sizes;
    return sizes.size === 1 && !only!.includes('?') ? only : undefined;
  };
};
