// From the key in a Neovim to the text in another editor's buffer. Both stamp with the machine's monotonic clock, so nothing of
// the test's own way of talking to them is in the figure. Each key is a character of its own from a private-use area.

const first = 0xe000

const press = `
  _G.tutti_pressed = {}
  vim.on_key(function(key)
    local code = vim.fn.char2nr(key)
    if code >= ${first} and not _G.tutti_pressed[code] then _G.tutti_pressed[code] = vim.loop.hrtime() end
  end, vim.api.nvim_create_namespace('tutti.latency'))`

const watch = `
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

const read = (name) => `
  local list = {}
  for code, time in pairs(_G.${name}) do list[#list + 1] = {code, time / 1e6} end
  return list`

const watchVscode = `
  state.seen = []
  vscode.workspace.onDidChangeTextDocument(({contentChanges}) => {
    const now = Number(process.hrtime.bigint()) / 1e6
    for (const {text} of contentChanges) for (const letter of text) if (letter.codePointAt(0) >= ${first}) state.seen.push([letter.codePointAt(0), now])
  })`

/** How the receiving editor tells when each character was there: [code, milliseconds]. */
function watcher(editor) {
  if (editor.lua) return {begin: () => editor.lua(watch), seen: () => editor.lua(read('tutti_seen'))}
  return {begin: () => editor.run(watchVscode), seen: () => editor.run('return state.seen')}
}

/** Milliseconds for each of `count` keys typed in `from`, as seen in `to`. */
export async function latencies(from, to, count, pause) {
  await from.lua(press)
  const receiver = watcher(to)
  await receiver.begin()
  await from.keys('Go')
  for (let i = 0; i < count; i++) {
    await from.keys(String.fromCodePoint(first + i))
    await pause(i)
  }
  await from.keys('<Esc>')
  const pressed = new Map(await from.lua(read('tutti_pressed')))
  let seen = new Map()
  for (let tries = 0; tries < 500 && seen.size < count; tries++) {
    seen = new Map(await receiver.seen())
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const times = []
  for (const [code, at] of seen) if (pressed.has(code)) times.push(at - pressed.get(code))
  return {times: times.sort((x, y) => x - y), lost: count - times.length}
}

/** The same between two Emacsen: the clock is the machine's, read when the command loop takes the key and when the text changes. */
export async function emacsLatencies(from, to, count, pause) {
  await from.eval(`(progn (goto-char (point-max)) (add-hook 'pre-command-hook #'control-stamp-key) nil)`)
  await to.eval(`(progn (add-hook 'after-change-functions #'control-stamp-text nil t) nil)`)
  for (let i = 0; i < count; i++) {
    await from.type(String.fromCodePoint(first + i))
    await pause(i)
  }
  const pressed = new Map(await from.eval('(control-all-times)'))
  let seen = new Map()
  for (let tries = 0; tries < 500 && seen.size < count; tries++) {
    seen = new Map(await to.eval('(control-all-times)'))
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
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
