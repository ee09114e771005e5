export { UpdateEmailPreferences } from './choose-mails.ts'
export { RecordProgressView } from './note-look.ts'
export { EmailPreferenceStore, Outbox } from './ports.ts'
export { EmailFailed, SendEmails } from './send-mails.ts'
