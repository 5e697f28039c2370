import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'vite';

/** A fresh directory under the system's, and the function that removes it. */
export function temporaryDirectory(prefix = 'helios-'): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), prefix));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Bundles a TypeScript entry for plain Node, which cannot load TypeScript before version 22. Returns the script's path. */
export async function bundleForNode(entry: string, outDirectory: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: entry, outDir: outDirectory, emptyOutDir: false, minify: false, target: 'node20' },
  });
  return join(outDirectory, basename(entry).replace(/\.ts$/, '.js'));
}

/** A child process that talks in lines: each resolves the next `line()`; null after its end. */
export class LineChild {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  private readonly lines: string[] = [];
  private readonly waiting: ((line: string | null) => void)[] = [];
  private rest = '';
  private over = false;

  constructor(script: string, args: readonly string[]) {
    this.process = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => this.receive(text));
    this.ended = new Promise((resolve) => {
      this.process.on('close', (code) => {
        this.over = true;
        for (const resolveLine of this.waiting.splice(0)) resolveLine(null);
        resolve(code);
      });
    });
  }

  line(): Promise<string | null> {
    const next = this.lines.shift();
    if (next !== undefined) return Promise.resolve(next);
    if (this.over) return Promise.resolve(null);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  send(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  private receive(text: string): void {
    const parts = (this.rest + text).split('\n');
    this.rest = parts.pop() ?? '';
    for (const line of parts) {
      const resolve = this.waiting.shift();
      if (resolve === undefined) this.lines.push(line);
      else resolve(line);
    }
  }
}
