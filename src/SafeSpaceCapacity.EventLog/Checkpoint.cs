namespace SafeSpaceCapacity.EventLog;

/// <summary>The state of a stream at one version: a cache, which can be thrown away and computed again.</summary>
/// <param name="Epoch">The epoch of the log it was computed from.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Version">The version of the stream that it includes.</param>
/// <param name="Position">The position of the last event that it includes.</param>
/// <param name="Schema">The version of the body's schema.</param>
/// <param name="Body">The encoded state; the log does not look inside.</param>
public sealed record Checkpoint(Guid Epoch, string Stream, long Version, long Position, int Schema, ReadOnlyMemory<byte> Body);
