// Which folders are linked to a session, and where the program is.
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const isLinked = (folder: string) => existsSync(join(folder, '.tutti', 'session.json'));

/** The linked folder that holds `path`, or is it. */
export function linkedFolder(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (isLinked(folder)) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Whether a file takes part: behind symbolic links too it has to be in a linked folder. */
export function belongs(path: string): boolean {
  if (path.includes('/.tutti/')) return false;
  try {
    return linkedFolder(dirname(realpathSync(path))) !== undefined;
  } catch {
    return linkedFolder(dirname(path)) !== undefined; // not written yet
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Editors that are started from a desktop often have a shorter PATH than a shell. */
export function findProgram(setting: string, path = process.env['PATH'] ?? ''): string | undefined {
  if (setting) {
    const named = setting.replace(/^~(?=\/)/, homedir());
    return isProgram(named) ? named : undefined;
  }
  const folders = [...path.split(delimiter), join(homedir(), '.local/bin'), '/usr/local/bin', '/opt/homebrew/bin'];
  return folders.filter(Boolean).map((folder) => join(folder, 'tutti')).find(isProgram);
}
