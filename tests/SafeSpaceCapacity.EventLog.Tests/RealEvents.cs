using System.Runtime.CompilerServices;
using NodaTime;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>Events that a program of some version wrote: the golden ones, one after the other, and the policy of a tier.</summary>
internal static class RealEvents
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Appends each by a command of its own, then a rejection.</summary>
    /// <param name="log">An empty log.</param>
    /// <param name="next">Lets time go on, and says what it is then.</param>
    /// <returns>How many events, in three streams, and one command more.</returns>
    public static async Task<int> FillAsync(IEventLog log, Func<Task<Instant>> next)
    {
        var count = 0;
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (stream, item) in All())
        {
            var now = await next();
            var version = versions.GetValueOrDefault(stream);
            var append = new StreamAppend(stream, version, [item with { CommandId = Make.Id(count), DecidedAt = now }], [Make.Command(stream, count, now)]);
            Assert.IsType<AppendResult.Committed>(await log.AppendAsync(new([append]), Token));
            versions[stream] = version + 1;
            count++;
        }
        Assert.IsType<AppendResult.Committed>(await log.AppendAsync(new([new("space/clyde-lantern", versions["space/clyde-lantern"], [], [Make.Command("space/clyde-lantern", count, await next())])]), Token));
        return count;
    }

    /// <summary>A count of people at a space, which any program can read.</summary>
    public static AppendRequest Count(string stream, long version, int id, Instant now) => new(
        [new(stream, version, [SpaceCodec.Encode(new OccupancyCounted(now, now, id % 5), Make.Id(id), null)], [Make.Command(stream, id, now)])]);

    private static IEnumerable<(string Stream, NewEvent Item)> All()
    {
        // A space is registered before anything happens there.
        foreach (var file in Directory.GetFiles(Folder(), "*.json").OrderBy(file => !file.Contains("SpaceRegistered", StringComparison.Ordinal)).ThenBy(file => file, StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file).Split('.');
            var stream = DirectoryCodec.EventTypes.Contains(name[0], StringComparer.Ordinal) ? DirectoryCodec.Imports : "space/clyde-lantern";
            yield return (stream, Make.Event(0, File.ReadAllText(file)) with { Type = name[0], Schema = int.Parse(name[1], System.Globalization.CultureInfo.InvariantCulture) });
        }
        var at = ManualTime.Start;
        yield return ("policy/tier-1", PolicyCodec.Encode(new TierPolicySet(at, at, new TierPolicy(Tier.WellbeingCafe, 1, PolicyValues.None), at), Guid.Empty));
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}
