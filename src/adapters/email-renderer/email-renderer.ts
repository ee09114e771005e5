import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Handlebars from 'handlebars'
import { type EmailContent, EmailRenderer, type Recipient } from '../../application/mail/ports.ts'
import { opened } from '../../application/ports.ts'
import { bidiIsolate } from '../../domain/bidi-isolate.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import {
  type EmailKind,
  type EmailMessage,
  preferenceFor,
  recipientOf,
} from '../../domain/mail/email-message.ts'
import type { Secret } from '../../domain/secret.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { textsOf } from './texts.ts'

const viewsFolder = join(import.meta.dirname, '../../../views/mail')

/** A name missing from the model throws. */
const options = { strict: true, knownHelpersOnly: true } as const

interface RendererOptions {
  readonly publicUrl: URL
  readonly supportEmail: string
}

export class HandlebarsEmailRenderer extends EmailRenderer {
  readonly #options: RendererOptions
  readonly #html = engineOf('html', { ...options })
  readonly #text = engineOf('text', { ...options, noEscape: true })

  constructor(options: RendererOptions) {
    super()
    this.#options = options
  }

  async render(
    message: EmailMessage,
    { to, connectionId }: { readonly to: Recipient; readonly connectionId: ConnectionId | null },
    optOutToken: Secret | null,
  ): Promise<EmailContent> {
    const { supportEmail, publicUrl } = this.#options
    const { subject, preview, ...text } = textsOf(message)
    const option = preferenceFor(message)
    const optOut =
      option && optOutToken
        ? new URL(`/mail/opt-out?mails=${option}&token=${optOutToken.reveal()}`, publicUrl).href
        : null
    const isToSupport = recipientOf(message) === 'support'
    const model = {
      subject,
      preview,
      supportEmail,
      isToSupport,
      optOut,
      ...text,
      name: bidiIsolate(plain(to.name)),
      account: 'account' in message ? plain(message.account) : null,
      reference: 'requestId' in message ? referenceOf(message.requestId) : null,
      lines: 'text' in message ? message.text.split('\n').map(plain) : [],
      link:
        'link' in message
          ? (await opened(message.link)).reveal()
          : new URL(pageFor(message, connectionId), publicUrl).href,
      home: publicUrl.href,
    }
    return {
      subject,
      optOut,
      // The sender may not be monitored, so replies go to support.
      replyTo: message.kind === 'support_request_replied' ? supportEmail : null,
      text: this.#text(message.kind)(model),
      html: this.#html(message.kind)(model),
    }
  }
}

function pageFor(message: EmailMessage, connectionId: ConnectionId | null): string {
  switch (message.kind) {
    case 'data_ready':
    case 'authorisation_needed':
      return connectionId ? `/dashboard/ads/?account=${connectionId}` : '/dashboard/ads/'
    case 'help_requested':
      return `/admin/requests/${message.requestId}`
    case 'support_request_replied':
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
  const compiled = new Map<EmailKind, Handlebars.TemplateDelegate>()
  return (kind: EmailKind) => {
    const ready = compiled.get(kind) ?? compile(kind)
    compiled.set(kind, ready)
    return ready
  }
}

/** A name must not start a new line or reorder the text around it. */
const plain = (name: string): string =>
  name.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[^\P{Bidi_Control}\u2068\u2069]/gu, '')
