// Fills a form's hidden field `passkey` by asking the browser for a passkey before the form is sent.
const texts = {
  unsupported: 'This browser can’t use passkeys. Update it, or use another way.',
  cancelled: 'Your browser didn’t confirm the passkey. Try again, or use another way.',
  known: 'This device already has a passkey for your account.',
  signedOut: 'Your sign-in has expired. Reload the page to sign in again.',
  offline: 'We couldn’t reach 1smart.link. Check your connection, then try again.',
}

async function optionsOf(form, field) {
  const body = new URLSearchParams({ _csrf: form.elements._csrf.value })
  const response = await fetch(field.dataset.options, { method: 'POST', body }).catch(() => null)
  if (!response) throw new Error(texts.offline)
  if (response.redirected) throw new Error(texts.signedOut)
  const answer = await response.json().catch(() => ({ sentence: texts.offline }))
  if (!response.ok) throw new Error(answer.sentence ?? texts.offline)
  return answer
}

async function askBrowser(kind, options) {
  try {
    const credential =
      kind === 'create'
        ? await navigator.credentials.create({
            publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
          })
        : await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
          })
    return JSON.stringify(credential)
  } catch (error) {
    throw new Error(error.name === 'InvalidStateError' ? texts.known : texts.cancelled)
  }
}

async function fill(form, field) {
  const problem = form.querySelector('[data-passkey-problem]')
  const button = form.querySelector('[type=submit]')
  problem.hidden = true
  button.disabled = true
  try {
    if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) throw new Error(texts.unsupported)
    field.value = await askBrowser(field.dataset.passkey, await optionsOf(form, field))
    form.submit()
  } catch (error) {
    button.disabled = false
    problem.textContent = error.message
    problem.hidden = false
  }
}

for (const field of document.querySelectorAll('[data-passkey]')) {
  field.form.addEventListener('submit', event => {
    if (field.form.elements.code?.value) return
    event.preventDefault()
    void fill(field.form, field)
  })
}
// After going back, the browser keeps the disabled button and the used answer.
addEventListener('pageshow', ({ persisted }) => persisted && location.reload())
