import { lineAt, type SourceFile, type SyntaxNode, walk } from './source-file.ts';

/** The world outside: only hosts know it. */
export const WORLD = [
  'console',
  'process',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'requestAnimationFrame',
  'performance',
  'fetch',
  'window',
  'document',
  'navigator',
  'crypto',
  'localStorage',
  'indexedDB',
  'globalThis',
  'self',
];

/** Pages with a strict content security policy must run us. */
export const CODE_FROM_TEXT = ['eval', 'Function'];

/** Places of an identifier that are names of properties or types, not uses of a variable. */
const TYPE_KEYS = new Set([
  'typeAnnotation',
  'returnType',
  'typeParameters',
  'typeArguments',
  'superTypeArguments',
  'implements',
]);
const TYPE_NODES = new Set(['TSTypeAliasDeclaration', 'TSInterfaceDeclaration', 'TSTypeAnnotation', 'TSTypeReference']);

function isPropertyName(parent: SyntaxNode | null, key: string): boolean {
  if (parent === null || parent.computed === true) return false;
  if (parent.type === 'MemberExpression') return key === 'property';
  return key === 'key' && /^(Property|MethodDefinition|PropertyDefinition|AccessorProperty)$/.test(parent.type);
}

const DECLARATIONS = new Set(['VariableDeclarator', 'FunctionDeclaration', 'ClassDeclaration', 'ImportSpecifier']);

const knownNames = new WeakMap<SourceFile, ReadonlySet<string>>();

/** Names that the file itself binds, anywhere: they are not the globals. */
function boundNames(file: SourceFile): ReadonlySet<string> {
  const names = knownNames.get(file) ?? findBoundNames(file);
  knownNames.set(file, names);
  return names;
}

function findBoundNames(file: SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const bindPattern = (pattern: SyntaxNode) =>
    walk(pattern, (node, parent, key) => {
      if (node.type === 'AssignmentPattern') {
        bindPattern(node.left as SyntaxNode);
        return false;
      }
      if (node.type === 'Identifier' && !isPropertyName(parent, key)) names.add(node.name as string);
      return !TYPE_KEYS.has(key);
    });
  walk(file.program, (node) => {
    if (DECLARATIONS.has(node.type)) bindPattern((node.id ?? node.local) as SyntaxNode);
    if (/Function/.test(node.type)) for (const parameter of (node.params ?? []) as SyntaxNode[]) bindPattern(parameter);
    return undefined;
  });
  return names;
}

/** The uses of a global that are banned, as "path:line: what". */
export function bannedUses(file: SourceFile, banned: readonly string[]): string[] {
  const bound = boundNames(file);
  const found: string[] = [];
  const report = (node: SyntaxNode, what: string) => found.push(`${file.path}:${lineAt(file, node.start)}: ${what}`);
  walk(file.program, (node, parent, key) => {
    if (TYPE_KEYS.has(key) || TYPE_NODES.has(node.type)) return false;
    if (node.type !== 'Identifier' || isPropertyName(parent, key)) return undefined;
    const name = node.name as string;
    if (banned.includes(name) && !bound.has(name)) report(node, name);
    return undefined;
  });
  return found;
}

/** Uses of the wall clock and of ambient randomness: Date.now(), Date(), new Date() and Math.random. */
export function ambientUses(file: SourceFile): string[] {
  const found: string[] = [];
  walk(file.program, (node) => {
    const what = ambientUse(node);
    if (what !== null) found.push(`${file.path}:${lineAt(file, node.start)}: ${what}`);
    return undefined;
  });
  return found;
}

function ambientUse(node: SyntaxNode): string | null {
  if (node.type === 'MemberExpression') {
    const name = `${(node.object as SyntaxNode).name}.${(node.property as SyntaxNode).name}`;
    return name === 'Date.now' || name === 'Math.random' ? name : null;
  }
  const isDate = (node.callee as SyntaxNode | undefined)?.name === 'Date';
  if (node.type === 'CallExpression' && isDate) return 'Date()';
  if (node.type === 'NewExpression' && isDate && (node.arguments as unknown[]).length === 0) return 'new Date()';
  return null;
}
