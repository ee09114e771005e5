import { type Command, InvalidUsage } from './command.ts'
import { planText } from './text.ts'

const pageSize = 500

export const list: Command = {
  usage: '',
  description: 'lists all users: email, role, plan',

  async run(args, { users, say }) {
    if (args.length > 0) throw new InvalidUsage(`Unknown argument: ${args.join(' ')}`)
    let count = 0
    for (let last: string | null = null; ; ) {
      const page = await users.listAfter(last, pageSize)
      for (const { user, subscription } of page)
        say([user.email, user.role, planText(subscription)].join('\t'))
      count += page.length
      last = page.at(-1)?.user.email ?? null
      if (page.length < pageSize || last === null) break
    }
    if (count === 0) say('No users yet.')
  },
}
