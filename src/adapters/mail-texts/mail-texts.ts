import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Handlebars from 'handlebars'
import { type MailText, MailTexts, type Recipient } from '../../application/mail/ports.ts'
import { opened } from '../../application/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { isolated } from '../../domain/isolated.ts'
import { addresseeOf, type Mail, type MailKind, optionOf } from '../../domain/mail/mail.ts'
import type { Secret } from '../../domain/secret.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { wordsOf } from './words.ts'

const viewsFolder = join(import.meta.dirname, '../../../views/mail')

/** A name missing in the model throws instead of leaving a gap. */
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
    const isToSupport = addresseeOf(mail) === 'support'
    const model = {
      subject,
      preview,
      supportEmail,
      isToSupport,
      optOut,
      ...words,
      name: isolated(plain(to.name)),
      account: 'account' in mail ? plain(mail.account) : null,
      reference: 'requestId' in mail ? referenceOf(mail.requestId) : null,
      lines: 'words' in mail ? mail.words.split('\n').map(plain) : [],
      link:
        'link' in mail
          ? (await opened(mail.link)).reveal()
          : new URL(pageFor(mail, connectionId), publicUrl).href,
      home: publicUrl.href,
    }
    return {
      subject,
      optOut,
      // The sender may be unread, so replies to an answer go to support.
      replyTo: mail.kind === 'help_answered' ? supportEmail : null,
      text: this.#text(mail.kind)(model),
      html: this.#html(mail.kind)(model),
    }
  }
}

/** Closed accounts have no page, so their emails lead to the start page. */
function pageFor(mail: Mail, connectionId: ConnectionId | null): string {
  switch (mail.kind) {
    case 'data_ready':
    case 'authorisation_needed':
      return connectionId ? `/dashboard/ads/?account=${connectionId}` : '/dashboard/ads/'
    case 'help_requested':
      return `/admin/requests/${mail.requestId}`
    case 'help_answered':
      return '/dashboard/help'
    default:
      return '/dashboard/ads/'
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

/** Names are written by others: they must not start a new line or reorder the surrounding text. */
const plain = (name: string): string =>
  name.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[^\P{Bidi_Control}\u2068\u2069]/gu, '')
