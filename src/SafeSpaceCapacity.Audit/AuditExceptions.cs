namespace SafeSpaceCapacity.Audit;

/// <summary>A trail is not what was written to it. Nothing was changed; the message names file and line.</summary>
public sealed class AuditDamagedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another process uses the same trail.</summary>
public sealed class AuditInUseException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A trail could not be written, and takes nothing any more.</summary>
public sealed class AuditFailedException(string message, Exception inner) : Exception(message, inner);
