import { HandlebarsEmailRenderer } from '../../adapters/email-renderer/email-renderer.ts'
import { PostgresEmailPreferenceStore } from '../../adapters/postgres/email/email-preference-store.ts'
import { PostgresOutbox } from '../../adapters/postgres/email/outbox.ts'
import { PostgresProgressViews } from '../../adapters/postgres/email/progress-views.ts'
import { TokenCipher } from '../../adapters/postgres/engine/encryption/token-cipher.ts'
import {
  EmailPreferenceStore,
  EmailRenderer,
  Mailer,
  Outbox,
  ProgressViews,
} from '../../application/email/ports.ts'
import { RecordProgressView } from '../../application/email/record-progress-view.ts'
import { SendEmails } from '../../application/email/send-emails.ts'
import { UpdateEmailPreferences } from '../../application/email/update-email-preferences.ts'
import { Clock, RandomSource, Timeline, UnitOfWork } from '../../application/ports.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindEmail(
  { provide, useCase, get }: Bindings,
  { database, mailer, publicUrl, statusPollSeconds, supportEmail }: ExternalServices,
): void {
  provide(Outbox, () => new PostgresOutbox(database.sql, get(TokenCipher)))
  provide(EmailPreferenceStore, () => new PostgresEmailPreferenceStore(database.sql))
  provide(ProgressViews, () => new PostgresProgressViews(database.sql))
  provide(EmailRenderer, () => new HandlebarsEmailRenderer({ publicUrl, supportEmail }))
  provide(Mailer, () => mailer)
  useCase(SendEmails, () => ({
    outbox: get(Outbox),
    emailPreferenceStore: get(EmailPreferenceStore),
    emailRenderer: get(EmailRenderer),
    mailer: get(Mailer),
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
    random: get(RandomSource),
    pollSeconds: statusPollSeconds,
    supportEmail,
  }))
  useCase(UpdateEmailPreferences, () => ({ emailPreferenceStore: get(EmailPreferenceStore) }))
  useCase(RecordProgressView, () => ({ progressViews: get(ProgressViews), clock: get(Clock) }))
}
