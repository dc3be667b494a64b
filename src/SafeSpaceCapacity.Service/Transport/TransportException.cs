namespace SafeSpaceCapacity.Service.Transport;

/// <summary>The service can't be reached the way it was asked to be.</summary>
/// <param name="message">Says what is wrong and what to do.</param>
/// <param name="inner">The cause, if another failure is it.</param>
public sealed class TransportException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
