using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Engine;

/// <summary>A command on its way to the space that decides it.</summary>
/// <param name="Space">The space.</param>
/// <param name="CommandId">Made once by the client and sent again on every retry.</param>
/// <param name="RequestHash">SHA-256 of what was asked: the same id with other content is an error.</param>
/// <param name="NeedId">The need it belongs to.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Command">What is asked; its time is set when it is decided.</param>
public sealed record SpaceRequest(SpaceId Space, Guid CommandId, ReadOnlyMemory<byte> RequestHash, Guid? NeedId, Caller Caller, SpaceCommand Command);

/// <summary>What the caller is answered.</summary>
/// <param name="Outcome">The outcome; <see cref="NoSuchSpace"/> where the space does not exist.</param>
/// <param name="Availability">The space's numbers after the decision; null where it does not exist.</param>
/// <param name="Position">The position of the log that holds it; 0 where it was there before.</param>
/// <param name="Before">The space's numbers before the decision; null where it did not exist, or where the answer was there before.</param>
public sealed record SpaceAnswer(SpaceOutcome Outcome, Availability? Availability, long Position, Availability? Before = null);

/// <summary>A command id came before with other content.</summary>
public sealed class CommandIdReusedException(Guid commandId)
    : InvalidOperationException($"command_id {commandId} was used before with other content; make a new one for a new command");

/// <summary>Nothing was decided, or it is not known whether it was: try again with the same command id.</summary>
public class NotDecidedException(string message, Exception? inner = null) : InvalidOperationException(message, inner);

/// <summary>The node that decides for a space did not answer in time.</summary>
public sealed class EngineUnreachableException(string message, Exception? inner = null) : NotDecidedException(message, inner);
