import { escaped, page } from '../page.ts'
import { testUsers } from '../users/test-users.ts'
import type { Calls } from './calls.ts'
import { type Switches, SwitchesSchema } from './switches.ts'

const switchNames = Object.keys(SwitchesSchema.properties) as (keyof Switches)[]

export function switchPage(switches: Readonly<Switches>, calls: Readonly<Calls>): string {
  return page(
    'Switches',
    `<p>Values are JSON. As an API: <code>POST /sandbox/switches</code>.</p>
<table>
${switchNames.map(name => row(name, meaningOf(name), JSON.stringify(switches[name]))).join('\n')}
${row('revokeUser', 'test user who removes the application at Amazon', '')}
${row('expireAccessTokens', 'true: all access tokens expire now', '')}
${row('changeClientSecret', 'the new client secret: the old one and all refresh tokens become invalid', '')}
</table>
<form method="post" action="/sandbox/reset"><p><button>Reset everything</button></p></form>
<h2>Calls so far</h2>
<table>${Object.entries(calls)
      .map(([kind, count]) => `<tr><th scope="row">${kind}</th><td>${count}</td></tr>`)
      .join('')}</table>
<h2>Test users</h2>
<table>${testUsers
      .map(
        ({ id, name, email, about }) =>
          `<tr><th scope="row"><code>${id}</code></th><td>${escaped(name)}, ${email}: ${escaped(about)}</td></tr>`,
      )
      .join('')}</table>`,
  )
}

function meaningOf(name: keyof Switches): string {
  const schema = SwitchesSchema.properties[name]
  return 'description' in schema ? String(schema.description) : ''
}

function row(name: string, description: string, value: string): string {
  return `<tr><th scope="row"><label for="${name}"><code>${name}</code></label></th><td>${escaped(description)}
<form method="post" action="/sandbox/switches"><input type="text" id="${name}" name="${name}" value="${escaped(value)}"> <button>Set</button></form></td></tr>`
}
