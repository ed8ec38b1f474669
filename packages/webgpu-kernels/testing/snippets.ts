/** What the snippets of the GPU kernels declare and use, read from their WGSL. */
import { hardware, software } from "../plan/tuning.ts";
import { constantsOf } from "../record/pipelines.ts";
import type { StorageType } from "../tensors/gpu_tensor.ts";
import * as backward from "../wgsl/backward.ts";
import * as buffers from "../wgsl/buffer_declarations.ts";
import { centreWgsl } from "../wgsl/centre.ts";
import * as deviation from "../wgsl/standard_deviation.ts";
import * as elementwise from "../wgsl/elementwise.ts";
import * as forward from "../wgsl/forward.ts";
import * as inference from "../wgsl/inference.ts";
import { type KernelName, kernels, snippetsOf } from "../wgsl/kernels.ts";
import { lanesWgsl } from "../wgsl/lane_sums.ts";
import * as mergePartials from "../wgsl/merge_partials.ts";
import * as moments from "../wgsl/moments.ts";
import * as params from "../wgsl/params.ts";
import * as prelude from "../wgsl/prelude.ts";
import type { PackWidth } from "../wgsl/prelude.ts";
import * as reducePlanes from "../wgsl/reduce_planes.ts";
import * as reduceRows from "../wgsl/reduce_rows.ts";
import * as reducedTerms from "../wgsl/reduced_terms.ts";
import * as updateRunningStats from "../wgsl/update_running_stats.ts";
import * as wholePlanes from "../wgsl/whole_planes.ts";
import * as workgroupMerge from "../wgsl/workgroup_merge.ts";

/** A snippet of WGSL and the names at its top level. */
export interface Snippet {
  readonly name: string;
  /** Its file in `packages/webgpu-kernels/wgsl`. */
  readonly file: string;
  readonly wgsl: string;
  /** What it declares, in order. */
  readonly gives: readonly string[];
  /** What it uses of others, in order. */
  readonly needs: readonly string[];
}

const constants: Readonly<Record<string, object>> = {
  "params.ts": params,
  "buffer_declarations.ts": buffers,
  "moments.ts": moments,
  "workgroup_merge.ts": workgroupMerge,
  "reduced_terms.ts": reducedTerms,
  "reduce_planes.ts": reducePlanes,
  "reduce_rows.ts": reduceRows,
  "merge_partials.ts": mergePartials,
  "standard_deviation.ts": deviation,
  "forward.ts": forward,
  "update_running_stats.ts": updateRunningStats,
  "backward.ts": backward,
  "inference.ts": inference,
  "whole_planes.ts": wholePlanes,
  "elementwise.ts": elementwise,
};

const { preludeWgsl } = prelude;
const { gradientTermsWgsl } = reducedTerms;
const { coefficientsWgsl } = elementwise;

/** The texts of all snippets, as [name, file, WGSL]. */
const texts: readonly (readonly [name: string, file: string, wgsl: string])[] = [
  ...(["float32", "float16"] as const).flatMap((storage) =>
    ([4, 1] as const).map((width) =>
      [`prelude ${storage} ${width}`, "prelude.ts", preludeWgsl(storage, width)] as const
    )
  ),
  ...Object.entries(constants).flatMap(([file, module]) =>
    Object.entries(module).flatMap(([name, value]) =>
      typeof value === "string" && name.endsWith("Wgsl")
        ? [[name.replace(/Wgsl$/, ""), file, value] as const]
        : []
    )
  ),
  ...(["planes", "rows"] as const).flatMap((kind) => [
    [`lanes ${kind}`, "lane_sums.ts", lanesWgsl[kind]] as const,
    [`centre ${kind}`, "centre.ts", centreWgsl(kind)] as const,
    [`gradientTerms ${kind}`, "reduced_terms.ts", gradientTermsWgsl(kind)] as const,
  ]),
  ["coefficients 1", "elementwise.ts", coefficientsWgsl(1)],
  ["coefficients 2", "elementwise.ts", coefficientsWgsl(2)],
];

/** All snippets, each by its text. */
export const snippets: ReadonlyMap<string, Snippet> = read();

function read(): Map<string, Snippet> {
  const given = texts.map(([, , wgsl]) => declaredIn(wgsl));
  const known = new Set(given.flat());
  return new Map(texts.map(([name, file, wgsl], i) => {
    const gives = given[i];
    const own = new Set([...gives, ...localsOf(wgsl)]);
    const used = [...wgsl.matchAll(/(?<![.\w])[A-Za-z_]\w*/g)].map(([word]) => word);
    const needs = [...new Set(used)].filter((word) => known.has(word) && !own.has(word));
    return [wgsl, { name, file, wgsl, gives, needs }];
  }));
}

/** What a text declares at its top level; every kernel has one `main`, which nothing needs. */
function declaredIn(wgsl: string): string[] {
  const declaration =
    /^(?:@\w+\(\w+\) )*(?:fn|const|override|alias|struct|var(?:<[^>]+>)?) (\w+)/gm;
  return [...wgsl.matchAll(declaration)].map(([, name]) => name).filter((name) => name !== "main");
}

/** Names of variables, parameters and fields: they hide what others declare. */
function localsOf(wgsl: string): string[] {
  return [...wgsl.matchAll(/^ +(?:let|var) (\w+)|[({,]\s*(\w+):|^ +(\w+): /gm)]
    .map(([, variable, parameter, field]) => variable ?? parameter ?? field);
}

/**
 * The table of the snippets: their names, file, needs and gives, a row for all that have the same.
 * The prelude and the uniform are in every kernel and no need; what no other snippet needs is not
 * given.
 */
export function snippetRows(): string[][] {
  const all = [...snippets.values()];
  const isCommon = ({ file }: Snippet) => file === "prelude.ts" || file === "params.ts";
  const common = new Set(all.filter(isCommon).flatMap(({ gives }) => gives));
  const needed = new Set(all.flatMap(({ needs }) => needs));
  const rows = new Map<string, string[]>();
  for (const { name, file, needs, gives } of all) {
    const lists = [
      [file],
      needs.filter((one) => !common.has(one)),
      gives.filter((one) => needed.has(one)),
    ];
    const end = lists.map((list) => list.length > 0 ? `\`${list.join(", ")}\`` : "");
    const [names] = rows.get(end.join()) ?? [];
    rows.set(end.join(), [names ? `${names}, ${name}` : name, ...end]);
  }
  return [...rows.values()];
}

/** What a kernel is compiled for. */
export interface CompiledFor {
  readonly storage: StorageType;
  readonly width: PackWidth;
  /** Whether the device has subgroups. */
  readonly subgroups: boolean;
}

/** The names of all kernels. */
export const kernelNames = Object.keys(kernels) as KernelName[];

/** How the threads of kernels may be counted. */
export const tunings = { hardware, software } as const;

/** The snippets of a kernel, in order. */
export function snippetsIn(name: KernelName, compiled: CompiledFor): Snippet[] {
  const { storage, width, subgroups } = compiled;
  return snippetsOf(name, storage, width, subgroups).map((wgsl) => {
    const snippet = snippets.get(wgsl.replace("enable subgroups;\n", ""));
    if (!snippet) throw new Error(`${name} has a snippet that no file exports: ${wgsl}`);
    return { ...snippet, wgsl };
  });
}

/** A kernel as it is compiled: its constants and each snippet under its name. */
export function kernelText(
  name: KernelName,
  compiled: CompiledFor,
  tuning: keyof typeof tunings,
): string {
  return [
    ...Object.entries(constantsOf(name, tunings[tuning])).map((one) => `// ${one.join(" = ")}`),
    ...snippetsIn(name, compiled).map((snippet) => `\n// ${snippet.name}\n${snippet.wgsl.trim()}`),
  ].join("\n");
}
