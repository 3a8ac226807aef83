// One import gives a host everything that the public declarations here are made of: SQL text and rows, secrets and log
// sinks, and the database in which a checkpoint is written.
@_exported public import LaminarCore
@_exported public import LaminarFormats
@_exported public import LaminarSQL
@_exported public import LaminarStore
