using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests.Load;

/// <summary>What an audit found.</summary>
internal sealed record Reckoned(int Acknowledged, int UnansweredWithEffect, int UnansweredWithout);

/// <summary>Asks a server that was started again whether it still knows all that was acknowledged before it went.</summary>
internal sealed class Reckoning(Crew crew, Ledger ledger, string context)
{
    /// <summary>Fails the test if anything is not as the answers said.</summary>
    /// <param name="sent">All that was sent to the server before.</param>
    /// <param name="startedAgain">A moment after the old server was gone and before the new one was started.</param>
    public async Task<Reckoned> RunAsync(IReadOnlyCollection<Command> sent, DateTimeOffset startedAgain)
    {
        var acknowledged = sent.Where(command => command.Answer is not null).ToList();
        var unanswered = sent.Where(command => command.Answer is null).ToList();

        // First, before anything is sent again, what is there without asking for it.
        await AcknowledgedAreThereAsync(acknowledged);
        var withEffect = 0;
        foreach (var command in unanswered)
            withEffect += await ResolveAsync(command, startedAgain) ? 1 : 0;

        await AcknowledgedAreThereAsync(unanswered);
        foreach (var space in ledger.Spaces)
            ledger.AssertAgrees(space, await crew.BoardAsync(space), context);
        return new Reckoned(acknowledged.Count, withEffect, unanswered.Count - withEffect);
    }

    /// <summary>Every command gets the answer it got before, and asking again writes nothing.</summary>
    public async Task AcknowledgedAreThereAsync(IEnumerable<Command> commands)
    {
        var head = await HeadAsync();
        await Parallel.ForEachAsync(commands, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (command, _) =>
        {
            var again = await command.SendAsync(crew);
            Assert.True(again.Equals(command.Answer), $"{context}: {command}\nand is now answered {again}");
        });
        var now = await HeadAsync();
        Assert.True(now == head, $"{context}: sending acknowledged commands again took the log from {head} to {now}.");
    }

    /// <summary>Sends what got no answer again: it had taken effect wholly, or not at all and does so now. Says which.</summary>
    private async Task<bool> ResolveAsync(Command command, DateTimeOffset startedAgain)
    {
        var head = await HeadAsync();
        var before = await StatusAsync(command);
        var answer = await command.SendAsync(crew);
        var after = await StatusAsync(command);
        var written = await HeadAsync() - head;

        // Every answer carries the time it was decided at.
        var decidedBefore = Command.NumbersOf(answer).AsOf.ToDateTimeOffset() < startedAgain;
        var rejected = answer is HoldPlaceResponse { Rejected: not null };
        var what = $"{context}: {command.Request} got no answer, and now {answer}. Its hold was {before} and is {after}; {written} entries were written.";
        Assert.True(decidedBefore || rejected ? written == 0 : written > 0, what);
        var done = answer switch
        {
            HoldPlaceResponse { Rejected: not null } => "none",
            HoldPlaceResponse hold => $"{HoldStatus.Placed} until {hold.Placed.ExpiresAt}",
            ReleaseHoldResponse => HoldStatus.Released.ToString(),
            ConfirmArrivalResponse => HoldStatus.Arrived.ToString(),
            _ => before,
        };
        Assert.True(string.Equals(after, done, StringComparison.Ordinal), what);
        if (command.HoldId is not null && !rejected)
            Assert.True(decidedBefore == string.Equals(before, done, StringComparison.Ordinal), what);
        command.Answer = answer;
        ledger.Enter(command, answer);
        return decidedBefore;
    }

    private async Task<string> StatusAsync(Command command)
    {
        if (command.HoldId is null)
            return "none";
        await HeadAsync();
        try
        {
            var found = await crew.Calls.GetHoldAsync(new GetHoldRequest { SpaceId = command.Space, HoldId = command.HoldId }, Crew.Options);
            return found.Hold.Status == HoldStatus.Placed ? $"{HoldStatus.Placed} until {found.Hold.ExpiresAt}" : found.Hold.Status.ToString();
        }
        catch (RpcException none) when (none.StatusCode == StatusCode.NotFound)
        {
            return "none";
        }
    }

    // The end of the log, once the read model is there too.
    private async Task<long> HeadAsync() => (await crew.BoardAsync(ledger.Exact[0])).ReadModel.Position;
}
