import { createInterface, type Interface } from 'node:readline';
import { DOT_COMMAND_NAMES } from './dot-commands.ts';
import { failureText } from './failure.ts';
import { HISTORY_LINES, historyPath, readHistory, writeHistory } from './history.ts';
import type { Shell } from './shell.ts';

export interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly errors: NodeJS.WritableStream;
  readonly environment: NodeJS.ProcessEnv;
}

const PROMPT = 'heliosdb> ';
const CONTINUATION = '     ...> ';

/** A person at a terminal: prompts, history, Ctrl-C, and an error is no reason to leave. Resolves when they leave. */
export function runTerminal(shell: Shell, streams: Streams): Promise<void> {
  const path = historyPath(streams.environment);
  let history = readHistory(path);
  const terminal = createInterface({
    input: streams.input,
    output: streams.output,
    terminal: true,
    history: [...history],
    historySize: HISTORY_LINES,
    removeHistoryDuplicates: true,
    completer: complete,
    prompt: PROMPT,
  });
  terminal.on('history', (lines) => {
    history = [...lines];
  });
  terminal.on('line', (line) => {
    try {
      shell.line(line);
    } catch (error) {
      shell.cancel();
      streams.errors.write(`${failureText(error)}\n`);
    }
    if (shell.isEnded) terminal.close();
    else prompt(terminal, shell);
  });
  terminal.on('SIGINT', () => interrupt(terminal, shell, streams));
  prompt(terminal, shell);
  return new Promise((resolve) => {
    terminal.on('close', () => {
      writeHistory(path, history);
      streams.output.write('\n');
      resolve();
    });
  });
}

/** Ctrl-C cancels what was typed and not yet run. With nothing typed it says how to leave. */
function interrupt(terminal: Interface, shell: Shell, streams: Streams): void {
  const typed = shell.isWaiting || terminal.line !== '';
  shell.cancel();
  // Ctrl-U and Ctrl-K empty the line before and after the cursor.
  terminal.write(null, { ctrl: true, name: 'u' });
  terminal.write(null, { ctrl: true, name: 'k' });
  streams.output.write(typed ? '^C\n' : '\n.quit or Ctrl-D leaves\n');
  prompt(terminal, shell);
}

function prompt(terminal: Interface, shell: Shell): void {
  terminal.setPrompt(shell.isWaiting ? CONTINUATION : PROMPT);
  terminal.prompt();
}

function complete(line: string): [string[], string] {
  const found = line.startsWith('.') ? DOT_COMMAND_NAMES.filter((name) => name.startsWith(line)) : [];
  return [found, line];
}

/** A script on standard input: no prompts, and the first error ends it. */
export async function runPiped(shell: Shell, input: NodeJS.ReadableStream): Promise<void> {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    shell.line(line);
    if (shell.isEnded) return;
  }
  shell.finish();
}
