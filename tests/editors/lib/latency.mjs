// From the key in one editor to the text in another's buffer. Editors stamp with the machine's monotonic clock, so nothing of the
// test's own way of talking to them is in the figure; only a key for VS Code is stamped where the test hands it to the browser. Each
// key is a character of its own from a private-use area.

export const first = 0xe000
export const monotonic = () => Number(process.hrtime.bigint()) / 1e6
const wallAhead = performance.timeOrigin + performance.now() - monotonic() // Emacs knows the wall clock only

const nvimPress = `
  _G.tutti_pressed = {}
  vim.on_key(function(key)
    local code = vim.fn.char2nr(key)
    if code >= ${first} and not _G.tutti_pressed[code] then _G.tutti_pressed[code] = vim.loop.hrtime() end
  end, vim.api.nvim_create_namespace('tutti.latency'))`

const nvimWatch = `
  _G.tutti_seen = {}
  vim.api.nvim_buf_attach(0, false, {on_lines = function(_, buf, _, first, _, last)
    local now = vim.loop.hrtime()
    for _, line in ipairs(vim.api.nvim_buf_get_lines(buf, first, last, false)) do
      for code in line:gmatch('[\\238][\\128-\\191][\\128-\\191]') do
        local number = vim.fn.char2nr(code)
        if not _G.tutti_seen[number] then _G.tutti_seen[number] = now end
      end
    end
  end})`

const nvimRead = (name) => `
  local list = {}
  for code, time in pairs(_G.${name}) do list[#list + 1] = {code, time / 1e6} end
  return list`

const vscodeWatch = `
  state.seen = []
  vscode.workspace.onDidChangeTextDocument(({contentChanges}) => {
    const now = Number(process.hrtime.bigint()) / 1e6
    for (const {text} of contentChanges) for (const letter of text) if (letter.codePointAt(0) >= ${first}) state.seen.push([letter.codePointAt(0), now])
  })`

/** What is done in a Neovim: `begin` to type or to watch, `key`, `end`, and the stamps so far as [code, milliseconds]. */
const inNeovim = (nvim) => ({
  async type() { await nvim.lua(nvimPress); await nvim.keys('Go') },
  key: (letter) => nvim.keys(letter),
  end: () => nvim.keys('<Esc>'),
  pressed: () => nvim.lua(nvimRead('tutti_pressed')),
  watch: () => nvim.lua(nvimWatch),
  seen: () => nvim.lua(nvimRead('tutti_seen')),
})
const inEmacs = (emacs) => {
  const stamps = async () => ((await emacs.eval('(control-all-times)')) ?? []).map(([code, at]) => [code, at - wallAhead])
  return {
    type: () => emacs.eval(`(progn (goto-char (point-max)) (add-hook 'pre-command-hook #'control-stamp-key) nil)`),
    key: (letter) => emacs.type(letter),
    async end() {},
    pressed: stamps,
    watch: () => emacs.eval(`(progn (add-hook 'after-change-functions #'control-stamp-text nil t) nil)`),
    seen: stamps,
  }
}
const inVscode = (window) => {
  const pressed = []
  return {
    type: () => window.keys('Control+End'),
    async key(letter) {
      pressed.push([letter.codePointAt(0), monotonic()])
      await window.page.keyboard.insertText(letter)
    },
    async end() {},
    pressed: async () => pressed,
    watch: () => window.run(vscodeWatch),
    seen: () => window.run('return state.seen'),
  }
}
const within = (editor) => (editor.lua ? inNeovim(editor) : editor.eval ? inEmacs(editor) : inVscode(editor))

/** Milliseconds for each of `count` keys typed in `from`, as seen in `to`.
 *  @param options `watching`: where else to look for them; `used`: so many letters were typed before, and may still be there */
export async function latencies(from, to, count, pause, {watching = within(to), used = 0} = {}) {
  const typing = within(from)
  await watching.watch()
  await typing.type()
  for (let i = 0; i < count; i++) {
    await typing.key(String.fromCodePoint(first + used + i))
    await pause(i)
  }
  await typing.end()
  let seen = new Map()
  for (let tries = 0; tries < 500 && seen.size < count; tries++) {
    seen = new Map(await watching.seen())
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const pressed = new Map(await typing.pressed()) // not before: an editor takes keys later than it is given them
  const times = []
  for (const [code, at] of seen) if (pressed.has(code)) times.push(at - pressed.get(code))
  return {times: times.sort((x, y) => x - y), lost: count - times.length}
}

export function quantile(sorted, q) {
  return sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]
}

export function summary(times) {
  const ms = (q) => quantile(times, q).toFixed(2)
  return `p50 ${ms(0.5)} ms, p95 ${ms(0.95)} ms, p99 ${ms(0.99)} ms, most ${(times.at(-1) ?? NaN).toFixed(2)} ms`
}
