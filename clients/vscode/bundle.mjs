// Makes one file of the extension, as VS Code loads it: node bundle.mjs
import {build} from 'esbuild'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'

await build({
  absWorkingDir: dirname(fileURLToPath(import.meta.url)),
  entryPoints: ['src/extension.ts'],
  outfile: 'build/extension.js',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node18',
  external: ['vscode'],
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'inline',
  logLevel: 'warning',
})
