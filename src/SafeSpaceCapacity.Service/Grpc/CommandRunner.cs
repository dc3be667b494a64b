using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>Carries a checked request to the space it is for.</summary>
internal sealed class CommandRunner(ISpaceEngines engines, SpaceReadModel readModel, DecisionClock clock)
{
    private static readonly TimeSpan ReachPatience = TimeSpan.FromMilliseconds(250);

    /// <summary>The space's own zone, for words with times in them.</summary>
    public string ZoneOf(SpaceId space) => readModel.Root.Find(space)?.Details.Hours.Zone ?? "Europe/London";

    /// <summary>A check of the fields of a question that arrived now.</summary>
    public RequestCheck Check() => new(readModel.Now());

    /// <summary>A check of the fields of a command that arrived now. By a clock that can't be trusted no client's time is called wrong.</summary>
    public RequestCheck CheckCommand()
    {
        try
        {
            clock.Now();
            return Check();
        }
        catch (ClockException failure)
        {
            return new RequestCheck(readModel.Now(), failure);
        }
    }

    /// <summary>Decides a command.</summary>
    /// <exception cref="RpcException">NOT_FOUND: no such space.</exception>
    public async Task<SpaceAnswer> RunAsync(
        IMessage request, ServerCallContext context, SpaceId space, Guid commandId, SpaceCommand command, Guid? needId = null)
    {
        var notes = CallNotes.Of(context);
        var answer = await engines.ExecuteAsync(new SpaceRequest(
            space, commandId, Hash(context.Method, request), needId, notes.Caller, command), context.CancellationToken);
        if (answer.Outcome is NoSuchSpace)
            throw NotFound(space);
        notes.Decided(answer);

        // What a caller was told is done, its next question finds done. It is on disk by now: a read model that lags only delays the answer a little.
        await readModel.ReachAsync(answer.Position, ReachPatience);
        return answer;
    }

    /// <summary>The error for a space that does not exist.</summary>
    public static RpcException NotFound(SpaceId space) => new(new Status(StatusCode.NotFound, $"space_id: there is no space '{space}'"));

    /// <summary>What was asked, over the method and the message as we read it: what a client sent twice is the same, however its library wrote it down.</summary>
    public static byte[] Hash(string method, IMessage request)
    {
        var name = Encoding.UTF8.GetBytes(method);
        var content = new byte[name.Length + request.CalculateSize()];
        name.CopyTo(content, 0);
        request.WriteTo(content.AsSpan(name.Length));
        return SHA256.HashData(content);
    }
}
