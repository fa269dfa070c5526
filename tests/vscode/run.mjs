// Tests of what decides in the VS Code client, without VS Code: node run.mjs (after npm ci in clients/vscode)
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const {buildSync} = createRequire(join(here, '../../clients/vscode/package.json'))('esbuild')
const outdir = mkdtempSync(join(tmpdir(), 'tutti-vscode-unit-'))
try {
  const entryPoints = readdirSync(here).filter((name) => name.endsWith('_test.ts')).map((name) => join(here, name))
  buildSync({entryPoints, outdir, bundle: true, platform: 'node', format: 'esm', outExtension: {'.js': '.mjs'}, logLevel: 'warning'})
  execFileSync(process.execPath, ['--test', ...readdirSync(outdir).map((name) => join(outdir, name))], {stdio: 'inherit'})
} catch (error) {
  if (error.status === undefined) console.error(error)
  process.exitCode = 1
} finally {
  rmSync(outdir, {recursive: true})
}
