import { describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';
import { problemDetailIn, problemDetails } from './problem-texts.ts';

/** Details that stay English, or that no caller of the API gets: the file and the text. */
const ENGLISH_DETAILS = [
  // Errors and remarks about the content of a bank file.
  /^apps\/billing\/src\/bank-files\/(?!resolve-suspense)/,
  // A warning in the answer of a search.
  /^apps\/search\/src\/query\/parse-query\.ts: OR joins/,
  // Why a message could not be imported, and examples in the OpenAPI document.
  /^apps\/search\/src\/messages\/parse\//,
  /^apps\/gateway\/src\/openapi\//,
  // Programming errors, and errors of tools of the operator.
  /^libs\/(money|testing|messaging)\//,
  /^apps\/billing\/src\/payments\/payment-reference\.ts: /,
  // The example of an answer with a remark about a bank file.
  /^libs\/contracts\/src\/billing\/suspense\.ts: /,
];

interface Source {
  file: string;
  text: string;
}
/** A node of the syntax tree of swc, with the fields that are read here. */
interface Node {
  readonly type: string;
  /** A text, or the expression of a field. */
  readonly value?: unknown;
  readonly key?: Node;
  readonly id?: Node;
  readonly identifier?: Node;
  readonly init?: Node | null;
  readonly function?: Node;
  readonly params?: readonly Node[];
  readonly pat?: Node;
  readonly callee?: Node;
  readonly property?: Node;
  readonly arguments?: readonly { readonly expression: Node }[];
  readonly operator?: string;
  readonly left?: Node;
  readonly right?: Node;
  readonly expression?: Node;
  readonly consequent?: Node;
  readonly alternate?: Node;
  readonly expressions?: readonly Node[];
  readonly quasis?: readonly { readonly cooked: string }[];
}

/** Reads the source code of all projects, without specs and without the translations of details. */
function readSources(): Source[] {
  const root = path.resolve(import.meta.dirname, '../../../..');
  return ['apps', 'libs']
    .flatMap((folder) => fs.globSync(`${folder}/*/src/**/*.ts`, { cwd: root }))
    .filter((file) => !file.endsWith('.spec.ts') && !file.includes('problem-details.'))
    .map((file) => ({ file, text: fs.readFileSync(path.join(root, file), 'utf8') }));
}

/**
 * Finds the details of problems that have no values: the texts of fields `detail`, and of arguments for parameters
 * `detail`.
 */
function staticDetails(sources: readonly Source[]): { file: string; detail: string }[] {
  const trees = sources.map(({ file, text }) => ({
    file,
    nodes: nodesOf(parseSync(text, { syntax: 'typescript', decorators: true, target: 'esnext' })),
  }));
  /** The position of the parameter `detail` by the name of its function. */
  const parameterPositions = new Map<string, number>();
  for (const { nodes } of trees)
    for (const { name, parameters } of nodes.flatMap(functionOf)) {
      const position = parameters.indexOf('detail');
      if (position >= 0) parameterPositions.set(name, position);
    }
  return trees.flatMap(({ file, nodes }) =>
    nodes
      .flatMap((node) => detailOf(node, parameterPositions))
      .flatMap(textsOf)
      .map((detail) => ({ file, detail })),
  );
}

function nodesOf(value: unknown): Node[] {
  if (typeof value !== 'object' || value === null) return [];
  const children = Object.values(value).flatMap(nodesOf);
  return 'type' in value ? [value as Node, ...children] : children;
}

/** The name and the parameters of a function; a function in a variable has the name of the variable. */
function functionOf(node: Node): { name: string; parameters: unknown[] }[] {
  const declaration = node.type === 'VariableDeclarator' ? node.init : (node.function ?? node);
  const name = (node.identifier ?? node.key ?? node.id)?.value;
  if (!declaration?.params || typeof name !== 'string') return [];
  return [{ name, parameters: declaration.params.map((parameter) => (parameter.pat ?? parameter).value) }];
}

/** The expression of a detail in a node. */
function detailOf(node: Node, parameterPositions: ReadonlyMap<unknown, number>): Node[] {
  if (node.type === 'KeyValueProperty' && node.key!.value === 'detail') return [node.value as Node];
  if (node.type !== 'CallExpression') return [];
  const position = parameterPositions.get(node.callee!.value ?? node.callee!.property?.value);
  const argument = position === undefined ? undefined : node.arguments![position];
  return argument ? [argument.expression] : [];
}

/** The possible texts of an expression; none for a text with values. */
function textsOf({ type, operator, value, ...node }: Node): string[] {
  if (type === 'StringLiteral') return [value as string];
  if (type === 'ParenthesisExpression') return textsOf(node.expression!);
  if (type === 'ConditionalExpression') return [node.consequent!, node.alternate!].flatMap(textsOf);
  if (type === 'TemplateLiteral') return node.expressions!.length > 0 ? [] : [node.quasis![0]!.cooked];
  if (type !== 'BinaryExpression') return [];
  if (operator !== '+') return [node.left!, node.right!].flatMap(textsOf);
  return textsOf(node.left!).flatMap((start) => textsOf(node.right!).map((end) => start + end));
}

describe('a detail of a problem in the source code', () => {
  const sources = readSources();

  it('has a French translation when the code contains its whole text', () => {
    const details = staticDetails(sources);
    expect(details.length).toBeGreaterThan(100);
    const untranslated = details
      .filter(({ file, detail }) => !ENGLISH_DETAILS.some((pattern) => pattern.test(`${file}: ${detail}`)))
      .filter(({ detail }) => detail !== '' && problemDetailIn('fr', detail) === detail);
    expect(untranslated).toEqual([]);
  });

  it('is translated only while the code contains its English text', () => {
    const text = sources.map((source) => source.text.replaceAll(/\$\{[^{}]*\}/g, '{}')).join('\n');
    const isUsed = (detail: string): boolean => text.includes(detail.replaceAll(/\{\w+\}/g, '{}'));
    expect(Object.keys(problemDetails.fr).filter((detail) => !isUsed(detail))).toEqual([]);
  });
});
