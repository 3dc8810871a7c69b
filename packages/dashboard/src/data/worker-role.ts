/** The first message that a worker gets: what it is, and the way to whom it serves. */
export interface WorkerRole {
  readonly role: 'engine' | 'helper'
  readonly port: MessagePort
}
