// From the key to the screen of another's browser, for whatever shows its text in a Monaco: VS Code and a rival alike. The stamp is of
// the moment in which the page has the letter in one of its lines, in the frame that is about to be painted.
import {first, monotonic} from './latency.mjs'

/** In the page: keeps [code, milliseconds of its own clock] of each letter that comes into a line. */
function observe(first) {
  globalThis.tuttiSeen = []
  if (globalThis.tuttiLetters) return
  const letters = globalThis.tuttiLetters = new Set()
  new MutationObserver((records) => {
    const now = performance.now()
    for (const {addedNodes, target} of records) {
      if (!(target.nodeType === Node.TEXT_NODE ? target.parentElement : target)?.closest('.view-lines')) continue
      for (const node of addedNodes.length > 0 ? addedNodes : [target]) for (const letter of node.textContent) {
        const code = letter.codePointAt(0)
        if (code < first || letters.has(code)) continue
        letters.add(code)
        globalThis.tuttiSeen.push([code, now])
      }
    }
  }).observe(document.body, {childList: true, subtree: true, characterData: true})
}

/** How far the machine's clock is ahead of the page's, to half of the quickest of some round trips. */
async function clockAhead(page) {
  let best = {took: Infinity}
  for (let i = 0; i < 50; i++) {
    const before = monotonic(), there = await page.evaluate(() => performance.now()), after = monotonic()
    if (after - before < best.took) best = {took: after - before, ahead: (before + after) / 2 - there}
  }
  return best.ahead
}

/** For `latencies`: watches the screen of a window instead of its buffer. The end of the file, where keys are typed, is to be in view. */
export function onScreen({page}) {
  let ahead
  return {
    async watch() {
      await page.evaluate(observe, first)
      ahead ??= await clockAhead(page)
    },
    seen: async () => (await page.evaluate(() => globalThis.tuttiSeen)).map(([code, at]) => [code, at + ahead]),
  }
}
