// Links: `http(s)://HOST/s/SESSION#SECRET`, and `vscode://tutti.tutti/join?link=…`, which opens VS Code with one.

const form = /^https?:\/\/[^\s/?#]+\/s\/[^\s/?#]+#\S+$/;

export const isInvitation = (text: string): boolean => form.test(text.trim());

export function hostOf(invitation: string): string {
  return new URL(invitation).host;
}

/** The link inside a `vscode://` one, or undefined. `query` is as VS Code gives it: decoded once. */
export function invitationIn(path: string, query: string, fragment: string): string | undefined {
  if (path !== '/join' || !query.startsWith('link=')) return undefined;
  const rest = query.slice('link='.length);
  const whole = rest.includes('#') || !fragment ? rest : `${rest}#${fragment}`;
  const link = decoded(whole);
  return isInvitation(link) ? link : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // it was decoded before: a lone % is its own
  }
}

/** What to give to those who have VS Code. */
export function editorLink(invitation: string, scheme: string): string {
  return `${scheme}://tutti.tutti/join?link=${encodeURIComponent(invitation)}`;
}
