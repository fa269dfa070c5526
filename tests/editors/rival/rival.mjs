// The rival: Hocuspocus, a hub that one runs oneself, and in two browsers a Monaco that Yjs binds to the shared text. Everything is
// theirs and from npm: `npm ci` in this folder, which ./dev bench editors does and no test.
import {mkdirSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'
import {chromium} from 'playwright-core'
import {environment, firstLine, scratch, start, stop} from '../lib/process.mjs'
import {until} from '../lib/wait.mjs'

export const title = 'rival (Hocuspocus)'
const here = dirname(fileURLToPath(import.meta.url))

async function bundle(entry) {
  const {outputFiles} = await build({entryPoints: [join(here, entry)], bundle: true, write: false, outdir: 'out', format: 'iife', minify: true,
    loader: {'.ttf': 'dataurl'}, logLevel: 'error'})
  const ending = (end) => outputFiles.find(({path}) => path.endsWith(end))?.text
  return {code: ending('.js'), style: ending('.css')}
}

/** One person's browser; for lib/latency.mjs and lib/screen.mjs. */
class Page {
  constructor(name) {
    this.name = name
  }
  async start({code, style}, joining) {
    this.browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu']})
    this.page = await this.browser.newPage({viewport: {width: 1100, height: 700}})
    await this.page.setContent('<!doctype html><style>html, body { margin: 0; height: 100% }</style>')
    await this.page.addStyleTag({content: style})
    await this.page.addScriptTag({content: code})
    await this.page.evaluate((how) => globalThis.join(how), joining)
    await this.page.click('.monaco-editor .view-lines')
  }
  async keys(...keys) {
    for (const key of keys) await this.page.keyboard.press(key)
  }
  text() {
    return this.page.evaluate(() => globalThis.shown())
  }
  stop() {
    return this.browser.close()
  }
}

/** A server and two pages on one document; used as a Company is. */
export class Rival {
  editors = [new Page('A'), new Page('B')]

  async start(first) {
    const folder = scratch('rival')
    mkdirSync(join(folder, 'home'))
    this.server = start(process.execPath, [join(here, 'server.mjs')], {env: environment(join(folder, 'home')), log: join(folder, 'server.log')})
    const {url} = JSON.parse(await firstLine(this.server, 'the rival\'s server'))
    const page = await bundle('page.mjs')
    const {code: worker} = await bundle('node_modules/monaco-editor/esm/vs/editor/editor.worker.js')
    const [a, b] = this.editors
    await a.start(page, {url, worker, first})
    await b.start(page, {url, worker})
    await this.converge()
  }
  /** Waits until both pages show the same text. */
  converge() {
    return until('both pages of the rival to show the same text', async () => {
      const [a, b] = await Promise.all(this.editors.map((page) => page.text()))
      return a !== '' && a === b
    })
  }
  async stop() {
    for (const page of this.editors) await page.stop()
    await stop(this.server)
  }
}
