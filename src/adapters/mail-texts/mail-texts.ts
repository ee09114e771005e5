import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Handlebars from 'handlebars'
import { type MailText, MailTexts, type Recipient } from '../../application/mail/ports.ts'
import { opened } from '../../application/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { isolated } from '../../domain/isolated.ts'
import { type Mail, type MailKind, optionOf } from '../../domain/mail/mail.ts'
import type { Secret } from '../../domain/secret.ts'
import { wordsOf } from './words.ts'

const viewsFolder = join(import.meta.dirname, '../../../views/mail')

/** Strict, as the pages are: a name that the model lacks is an error, not an empty place in a mail. */
const options = { strict: true, knownHelpersOnly: true } as const

interface House {
  readonly publicUrl: URL
  readonly supportEmail: string
}

export class HandlebarsMailTexts extends MailTexts {
  readonly #house: House
  readonly #html = engineOf('html', { ...options })
  readonly #text = engineOf('text', { ...options, noEscape: true })

  constructor(house: House) {
    super()
    this.#house = house
  }

  async write(
    mail: Mail,
    { to, connectionId }: { readonly to: Recipient; readonly connectionId: ConnectionId | null },
    optOutToken: Secret | null,
  ): Promise<MailText> {
    const { supportEmail, publicUrl } = this.#house
    const { subject, preview, ...words } = wordsOf(mail)
    const option = optionOf(mail)
    const optOut =
      option && optOutToken
        ? new URL(`/mail/opt-out?mails=${option}&token=${optOutToken.reveal()}`, publicUrl).href
        : null
    // Of an account that has ended there is no page of its own.
    const isThere = mail.kind === 'data_ready' || mail.kind === 'authorisation_needed'
    const page = isThere && connectionId ? `/dashboard/ads/?account=${connectionId}` : '/dashboard/ads/'
    const model = {
      subject,
      preview,
      supportEmail,
      optOut,
      ...words,
      name: isolated(plain(to.name)),
      account: 'account' in mail ? plain(mail.account) : null,
      link: 'link' in mail ? (await opened(mail.link)).reveal() : new URL(page, publicUrl).href,
      home: publicUrl.href,
    }
    return { subject, optOut, text: this.#text(mail.kind)(model), html: this.#html(mail.kind)(model) }
  }
}

function engineOf(format: 'html' | 'text', how: Parameters<typeof Handlebars.compile>[1]) {
  const engine = Handlebars.create()
  const compile = (name: string) =>
    engine.compile(readFileSync(join(viewsFolder, `${name}.${format}.hbs`), 'utf8'), how)
  engine.registerPartial('layout', compile('layout'))
  const compiled = new Map<MailKind, Handlebars.TemplateDelegate>()
  return (kind: MailKind) => {
    const ready = compiled.get(kind) ?? compile(kind)
    compiled.set(kind, ready)
    return ready
  }
}

/** Names are other people's words: no line of a mail begins in one, and none turns the words around it about. */
const plain = (name: string): string =>
  name.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[^\P{Bidi_Control}\u2068\u2069]/gu, '')
