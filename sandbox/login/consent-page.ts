import { escaped, page } from '../page.ts'
import { testUsers } from '../users/test-users.ts'
import { type OauthParameters, oauthParameters, type PageError } from './authorisation-request.ts'

const meanings: Readonly<Record<string, string>> = {
  'advertising::campaign_management': 'Read and manage your advertising campaigns and their reports',
  profile: 'Your name and email address',
  'profile:user_id': 'Your Amazon user id',
  postal_code: 'Your postal code',
}

/**
 * Lets the user choose a test Amazon user. The form posts `user` and `decision` (`allow` or `cancel`) and the request's
 * parameters to the same address.
 */
export function consentPage(parameters: OauthParameters): string {
  const scopes = (parameters.scope ?? '').split(' ')
  return page(
    'Choose a test Amazon user',
    `<p>An application asks for access to your Amazon account:</p>
<ul>${scopes.map(scope => `<li>${escaped(meanings[scope] ?? scope)} <small><code>${escaped(scope)}</code></small></li>`).join('')}</ul>
<form method="post">
${oauthParameters.map(name => hidden(name, parameters[name])).join('\n')}
<fieldset><legend>Amazon user</legend>
${testUsers.map((user, index) => choice(user.id, `${user.name} – ${user.about}`, index === 0)).join('\n')}
</fieldset>
<p><button class="main" name="decision" value="allow">Allow</button> <button name="decision" value="cancel">Cancel</button></p>
</form>`,
  )
}

export function errorPage(error: PageError): string {
  return page(
    "We're sorry!",
    `<p>An error occurred when we tried to process your request. ${escaped(error.text)}.</p>
<p>Error code: <code>${escaped(error.code)}</code></p>`,
  )
}

function hidden(name: string, value: string | undefined): string {
  return value === undefined ? '' : `<input type="hidden" name="${name}" value="${escaped(value)}">`
}

function choice(id: string, text: string, first: boolean): string {
  return `<label><input type="radio" name="user" value="${id}"${first ? ' checked' : ''}> ${escaped(text)} <small><code>${id}</code></small></label>`
}
