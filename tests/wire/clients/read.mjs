// The golden messages of both protocols, judged by the TypeScript compiler with the types that clients get from the schema.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const source = 'clients/vscode/src/protocol.ts';
const scratch = path.resolve('tests/wire/clients/golden.ts');  // never written: the compiler is handed its text

// Limits, signs and the form of a uuid are not types.
const isTypeFault = (spoil) =>
  spoil.op === 'remove' || (spoil.op === 'set' && spoil.code === 'invalid' && spoil.value !== -1 && spoil.value !== '5e551001');

function spoiled(message, spoil) {
  const copy = structuredClone(message);
  const at = spoil.path.slice(0, -1).reduce((value, key) => value[key], copy);
  const key = spoil.path.at(-1);
  if (spoil.op === 'set') at[key] = spoil.value;
  else if (Array.isArray(at)) at.splice(key, 1);
  else delete at[key];
  return copy;
}

const counts = { read: 0, refused: 0 };

/** One line of TypeScript for each message; those that must not compile say so. */
function lines(file, typeOf) {
  const golden = JSON.parse(fs.readFileSync(`protocol/golden/${file}`, 'utf8'));
  const out = [];
  const add = (entry, message) => out.push(`export const m${counts.read + counts.refused}: ${typeOf(entry)} = ${JSON.stringify(message)};`);
  for (const entry of golden.valid) {
    add(entry, entry.message);
    counts.read += 1;
  }
  for (const spoil of golden.invalid.filter(isTypeFault)) {
    const entry = golden.valid.find((candidate) => candidate.name === spoil.of);
    out.push(`// @ts-expect-error ${spoil.says}`);
    add(entry, spoiled(entry.message, spoil));
    counts.refused += 1;
  }
  return out;
}

function faultsOf(text) {
  const options = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler, types: [] };
  const host = ts.createCompilerHost(options);
  const original = { read: host.readFile, exists: host.fileExists, source: host.getSourceFile };
  host.fileExists = (name) => name === scratch || original.exists(name);
  host.getSourceFile = (name, version) => (name === scratch ? ts.createSourceFile(name, text, version) : original.source(name, version));
  const program = ts.createProgram([scratch, source], options, host);
  return ts.getPreEmitDiagnostics(program).map((fault) => {
    const line = fault.file ? fault.file.getLineAndCharacterOfPosition(fault.start).line : 0;
    const near = fault.file?.fileName === scratch ? text.split('\n')[line] : fault.file?.fileName;
    return `${near}\n  ${ts.flattenDiagnosticMessageText(fault.messageText, '\n  ')}`;
  });
}

/** What runs of the file, beside its types. */
async function runtime() {
  const { outputText } = ts.transpileModule(fs.readFileSync(source, 'utf8'), { compilerOptions: { module: ts.ModuleKind.ESNext } });
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}

const text = ["import type * as collab from '../../../clients/vscode/src/protocol';", 'type Frame = collab.hub.Up | collab.hub.Down;',
  ...lines('collab.json', (entry) => `collab.${entry.struct}`),
  ...lines('hub.json', (entry) => `Extract<Frame, { type: '${entry.type}' }>`)].join('\n');
const faults = faultsOf(text);
const { methods } = await runtime();
const wanted = JSON.parse(fs.readFileSync('protocol/golden/collab.json', 'utf8')).methods.map((entry) => entry.method);
if (JSON.stringify(Object.values(methods)) !== JSON.stringify(wanted)) faults.push('the methods differ');
if (counts.read === 0 || counts.refused === 0) faults.push('nothing was read');
console.log(faults.length ? faults.join('\n') : `${counts.read} read, ${counts.refused} refused`);
process.exit(faults.length ? 1 : 0);
