export { EmailPreferenceStore, Outbox } from './ports.ts'
export { RecordProgressView } from './record-progress-view.ts'
export { EmailFailed, SendEmails } from './send-emails.ts'
export { UpdateEmailPreferences } from './update-email-preferences.ts'
