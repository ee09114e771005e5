import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Handlebars from 'handlebars'
import { type EmailContent, EmailRenderer, type Recipient } from '../../application/email/ports.ts'
import { decryptSecret } from '../../application/ports.ts'
import { bidiIsolate } from '../../domain/bidi-isolate.ts'
import {
  type EmailKind,
  type EmailMessage,
  preferenceFor,
  recipientOf,
} from '../../domain/email/email-message.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { textsOf } from './texts.ts'

const viewsFolder = join(import.meta.dirname, '../../../views/email')

/** Throws when a template uses a name that the model lacks. */
const compileOptions = { strict: true, knownHelpersOnly: true } as const

interface RendererOptions {
  readonly publicUrl: URL
  readonly supportEmail: string
}

export class HandlebarsEmailRenderer extends EmailRenderer {
  readonly #options: RendererOptions
  readonly #html = createEngine('html', compileOptions)
  readonly #text = createEngine('text', { ...compileOptions, noEscape: true })

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
    const preference = preferenceFor(message)
    const optOut =
      preference && optOutToken
        ? new URL(`/mail/opt-out?mails=${preference}&token=${optOutToken.reveal()}`, publicUrl).href
        : null
    const isToSupport = recipientOf(message) === 'support'
    const model = {
      subject,
      preview,
      supportEmail,
      isToSupport,
      optOut,
      ...text,
      name: bidiIsolate(singleLine(to.name)),
      account: 'account' in message ? singleLine(message.account) : null,
      reference: 'requestId' in message ? referenceOf(message.requestId) : null,
      lines: 'text' in message ? message.text.split('\n').map(singleLine) : [],
      link:
        'link' in message
          ? (await decryptSecret(message.link)).reveal()
          : new URL(pathFor(message, connectionId), publicUrl).href,
      home: publicUrl.href,
    }
    return {
      subject,
      optOut,
      // Mail to the sender's address may not be read, so replies go to support.
      replyTo: message.kind === 'support_request_replied' ? supportEmail : null,
      text: this.#text(message.kind)(model),
      html: this.#html(message.kind)(model),
    }
  }
}

function pathFor(message: EmailMessage, connectionId: ConnectionId | null): string {
  switch (message.kind) {
    case 'data_ready':
    case 'authorisation_needed':
      return connectionId ? `/dashboard/ads/?account=${connectionId}` : '/dashboard/ads/'
    case 'help_requested':
      return `/admin/requests/${message.requestId}`
    case 'support_request_replied':
      return '/dashboard/help'
    case 'security_notice':
      return '/password/forgot'
    default:
      return '/dashboard/ads/'
  }
}

function createEngine(format: 'html' | 'text', compileOptions: Parameters<typeof Handlebars.compile>[1]) {
  const engine = Handlebars.create()
  const compile = (name: string) =>
    engine.compile(readFileSync(join(viewsFolder, `${name}.${format}.hbs`), 'utf8'), compileOptions)
  engine.registerPartial('layout', compile('layout'))
  const compiled = new Map<EmailKind, Handlebars.TemplateDelegate>()
  return (kind: EmailKind) => {
    const template = compiled.get(kind) ?? compile(kind)
    compiled.set(kind, template)
    return template
  }
}

/** A name must not start a new line or reorder the text around it. */
const singleLine = (name: string): string =>
  name.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[^\P{Bidi_Control}\u2068\u2069]/gu, '')
