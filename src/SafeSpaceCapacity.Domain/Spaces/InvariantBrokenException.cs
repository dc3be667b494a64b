namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>The program is about to do what it must never do. Nothing was written; it is a defect, not a user's mistake.</summary>
public sealed class InvariantBrokenException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
