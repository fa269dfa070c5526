// What the rival's page does: a Monaco of VS Code's habits, bound to the shared text. Bundled by rival.mjs, and run in the browser only.
import {HocuspocusProvider} from '@hocuspocus/provider'
import * as monaco from 'monaco-editor'
import {MonacoBinding} from 'y-monaco'
import * as Y from 'yjs'

const quiet = {minimap: {enabled: false}, quickSuggestions: false, wordBasedSuggestions: 'off', acceptSuggestionOnEnter: 'off', occurrencesHighlight: 'off'}

/** Answers once the page has what the server has. `worker` is the code of Monaco's own worker, `first` what an empty text begins with. */
globalThis.join = async ({url, worker, first}) => {
  const workerUrl = URL.createObjectURL(new Blob([worker], {type: 'text/javascript'}))
  globalThis.MonacoEnvironment = {getWorker: () => new Worker(workerUrl)}
  const document = new Y.Doc(), text = document.getText('file')
  await new Promise((resolve) => {
    globalThis.provider = new HocuspocusProvider({url, name: 'file.txt', document, onSynced: resolve})
  })
  if (first !== undefined && text.length === 0) text.insert(0, first)
  const editor = monaco.editor.create(globalThis.document.body, {value: '', language: 'plaintext', automaticLayout: true, ...quiet})
  globalThis.binding = new MonacoBinding(text, editor.getModel(), new Set([editor]), globalThis.provider.awareness)
  globalThis.text = () => text.toString()
  globalThis.shown = () => editor.getModel().getValue()
  editor.focus()
}
