// Tests wait for a condition, never for a time. The limit only ends a test that has failed.
export const patienceMs = 90_000 // VS Code takes a minute to start where the machine has much else to do

export class TimedOut extends Error {}

/** Asks `condition` again and again until it answers something true, and returns that. */
export async function until(what, condition, limitMs = patienceMs) {
  const end = Date.now() + limitMs
  for (;;) {
    const answer = await condition()
    if (answer) return answer
    if (Date.now() > end) throw new TimedOut(`waited ${limitMs} ms for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
