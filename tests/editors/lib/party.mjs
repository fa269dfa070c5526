// What the pictures show: a small program, whose it is, and guests in Neovims who stand in it.
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Neovim} from './nvim.mjs'
import {Folder} from './session.mjs'

export const file = 'greeting.py'
const code = `"""Says hello, in the order of arrival."""
from dataclasses import dataclass, field


@dataclass
class Guest:
    name: str
    language: str = "en"


@dataclass
class Party:
    guests: list[Guest] = field(default_factory=list)

    def welcome(self, guest: Guest) -> str:
        self.guests.append(guest)
        words = {"en": "Hello", "de": "Hallo", "it": "Ciao"}
        return f"{words[guest.language]}, {guest.name}!"


party = Party()
print(party.welcome(Guest("Ada")))
print(party.welcome(Guest("Grace", "de")))
`

export async function person(name, home, hub, link) {
  const one = new Folder(name, join(home, name, 'project'), join(home, name), join(home, `${name}.log`))
  mkdirSync(one.folder, {recursive: true})
  if (!link) writeFileSync(join(one.folder, file), code)
  return {one, link: link ? await one.join(link) : await one.share(hub)}
}

export async function guest(name, home, link, does) {
  const {one} = await person(name, home, null, link)
  const neovim = new Neovim(name, one.home, undefined, join(home, `${name}.nvim.log`))
  await neovim.start()
  await neovim.open(join(one.folder, file))
  await neovim.keys(does)
  return {one, neovim}
}

/** Two guests, where the pictures want them. */
export async function twoGuests(home, link) {
  return [await guest('Grace', home, link, '/"it"<CR>v5e'), await guest('Linus', home, link, 'Goprint(f"{len(party.guests)} guests")<Esc>b')]
}
