using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Engine;

namespace SafeSpaceCapacity.Silo;

/// <summary>Why a grain gave no answer.</summary>
internal enum ReplyFault
{
    CommandIdReused = 1,
    /// <summary>Not by this silo: whoever asked decides.</summary>
    NotDecided = 2,
    InvariantBroken = 4,
    NotUnderstood = 5,
    Failed = 6,
}

/// <summary>What a grain says to a command: exceptions do not travel, what they mean does.</summary>
/// <param name="Answer">The answer; null where there is none.</param>
/// <param name="Fault">Why there is none.</param>
/// <param name="Reason">The same in words.</param>
internal sealed record SpaceReply(SpaceAnswer? Answer, ReplyFault? Fault = null, string Reason = "")
{
    /// <summary>The command is of another version of the program.</summary>
    public static SpaceReply NotUnderstood { get; } = new(null, ReplyFault.NotUnderstood);

    public static async Task<SpaceReply> OfAsync(Task<SpaceAnswer> decided)
    {
        try
        {
            return new SpaceReply(await decided);
        }
#pragma warning disable CA1031 // Whatever it was, the caller is told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return new SpaceReply(null, FaultOf(failure), failure.Message);
        }
    }

    /// <summary>The answer, or the exception that an engine of this process would have thrown.</summary>
    public SpaceAnswer AnswerTo(SpaceRequest request) => Answer ?? throw Fault switch
    {
        ReplyFault.CommandIdReused => new CommandIdReusedException(request.CommandId),
        ReplyFault.InvariantBroken => new InvariantBrokenException(Reason),
        _ => new InvalidOperationException($"a command at {request.Space} failed: {Reason}"),
    };

    private static ReplyFault FaultOf(Exception failure) => failure switch
    {
        CommandIdReusedException => ReplyFault.CommandIdReused,
        NotDecidedException => ReplyFault.NotDecided,
        InvariantBrokenException => ReplyFault.InvariantBroken,
        _ => ReplyFault.Failed,
    };
}
