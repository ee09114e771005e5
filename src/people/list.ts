import { type Command, CommandMisused } from './command.ts'
import { planWords } from './words.ts'

const pageSize = 500

export const list: Command = {
  usage: '',
  does: 'lists all users: email, role, plan',

  async run(words, { people, say }) {
    if (words.length > 0) throw new CommandMisused(`Unknown argument: ${words.join(' ')}`)
    let count = 0
    for (let last: string | null = null; ; ) {
      const page = await people.listAfter(last, pageSize)
      for (const { person, subscription } of page)
        say([person.email, person.role, planWords(subscription)].join('\t'))
      count += page.length
      last = page.at(-1)?.person.email ?? null
      if (page.length < pageSize || last === null) break
    }
    if (count === 0) say('No users yet.')
  },
}
