import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { parseSync } from 'vite';

export const ROOT = new URL('../..', import.meta.url).pathname;

/** Any node of the syntax tree (ESTree with TypeScript's nodes). */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  /** Offsets at which the lines begin. */
  readonly lineStarts: readonly number[];
  readonly program: SyntaxNode;
  readonly comments: readonly { readonly value: string; readonly start: number }[];
}

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'data', '.cache']);

/** All TypeScript files below a folder of the repository, parsed; none when the folder does not exist. */
export function sourceFiles(folder: string): SourceFile[] {
  return typescriptPaths(join(ROOT, folder)).map(readSource);
}

function typescriptPaths(folder: string): string[] {
  const paths: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name))
      paths.push(...typescriptPaths(join(folder, entry.name)));
    if (entry.isFile() && /\.tsx?$/.test(entry.name)) paths.push(join(folder, entry.name));
  }
  return paths;
}

function readSource(absolute: string): SourceFile {
  const path = relative(ROOT, absolute).split(sep).join('/');
  return parseSource(path, readFileSync(absolute, 'utf8'));
}

export function parseSource(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return {
    path,
    text,
    lineCount: lineAt({ lineStarts }, text.trimEnd().length),
    lineStarts,
    program: program as unknown as SyntaxNode,
    comments,
  };
}

/** The line of an offset, from 1. */
export function lineAt({ lineStarts }: Pick<SourceFile, 'lineStarts'>, offset: number): number {
  let low = 0;
  let high = lineStarts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lineStarts[middle] <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}

/** Visits a node and all below it, parents first. `visit` gets the node, its parent, and the parent's key; false skips what is below. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, parent: SyntaxNode | null, key: string) => boolean | undefined,
  parent: SyntaxNode | null = null,
  parentKey = '',
): void {
  if (visit(node, parent, parentKey) === false) return;
  for (const key in node) {
    const value = node[key];
    if (isNode(value)) walk(value, visit, node, key);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) walk(item, visit, node, key);
  }
}

export interface ImportedModule {
  /** As written. */
  readonly specifier: string;
  /** From the repository's root, for relative specifiers; null for packages. */
  readonly path: string | null;
  readonly line: number;
}

const knownImports = new WeakMap<SourceFile, readonly ImportedModule[]>();

/** Every module that a file names: import, export from, import(), import types, and new URL('./x', import.meta.url). */
export function importsOf(file: SourceFile): readonly ImportedModule[] {
  const imports = knownImports.get(file) ?? findImports(file);
  knownImports.set(file, imports);
  return imports;
}

function findImports(file: SourceFile): readonly ImportedModule[] {
  const imports: ImportedModule[] = [];
  walk(file.program, (node) => {
    const specifier = importedSpecifier(node);
    if (specifier !== null) {
      const path = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : null;
      imports.push({ specifier, path, line: lineAt(file, node.start) });
    }
    return undefined;
  });
  return imports;
}

function importedSpecifier(node: SyntaxNode): string | null {
  if (node.type === 'NewExpression') {
    const [specifier, base] = node.arguments as SyntaxNode[];
    const isUrl = isNode(node.callee) && node.callee.name === 'URL' && base?.type === 'MemberExpression';
    return isUrl && typeof specifier.value === 'string' ? specifier.value : null;
  }
  if (!/^(Import|ExportNamed|ExportAll)(Declaration|Expression)$|^TSImportType$/.test(node.type)) return null;
  const source = (node.source ?? node.argument) as SyntaxNode | null;
  return isNode(source) && typeof source.value === 'string' ? source.value : null;
}
