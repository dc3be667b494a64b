using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Tests.Spaces.Model;

namespace SafeSpaceCapacity.Domain.Tests.Spaces;

/// <summary>
/// Whatever is asked of a space, in whatever order, however late and on whatever night, must keep the rules of <see cref="Judge"/>.
/// SAFESPACE_STEPS says how many commands are tried (the long form is 1,000,000), SAFESPACE_SEED where to begin; a failure names the seed of its story.
/// </summary>
public sealed class SpaceModelProperties
{
    // With those of the second test 20,000.
    private static readonly int Steps = Number("SAFESPACE_STEPS") ?? 11_000;
    private static readonly int Seed = Number("SAFESPACE_SEED") ?? (int)(TimeProvider.System.GetTimestamp() % 1_000_000_007);

    [Fact]
    public void Whatever_happens_the_rules_hold()
    {
        var started = TimeProvider.System.GetTimestamp();
        var stories = (Steps + Tale.Length - 1) / Tale.Length;
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < stories; i++)
        {
            foreach (var happened in Tell(Tale.Of(unchecked(Seed + i))).Story.Events)
                counts[happened.GetType().Name] = counts.GetValueOrDefault(happened.GetType().Name) + 1;
        }

        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}: {stories * Tale.Length} steps in {stories} stories, {seconds:0} s; {string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}"))}");
    }

    [Fact]
    public void The_stories_told_reach_every_event_and_every_rejection_of_a_space()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rejections = new HashSet<RejectionCode>();
        for (var seed = 0; seed < 150; seed++)
        {
            var run = Tell(Tale.Of(seed));
            seen.UnionWith(run.Story.Events.Select(e => e.GetType().Name));
            rejections.UnionWith(run.Rejections);
        }

        var every = typeof(SpaceEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SpaceEvent))).Select(type => type.Name);
        Assert.Empty(every.Except(seen, StringComparer.Ordinal));

        // A search alone says that somewhere is too far; what is asked for is always met here, and registering twice is no story.
        RejectionCode[] elsewhere =
        [
            RejectionCode.TooFar, RejectionCode.NeedsNotMet, RejectionCode.NotDesignated, RejectionCode.UrgentPhysicalNeed, RejectionCode.AlreadyRegistered,
        ];
        Assert.Empty(Enum.GetValues<RejectionCode>().Except(rejections).Except(elsewhere));
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever is thrown is what the story found.")]
    private static Run Tell(Tale tale)
    {
        try
        {
            var run = new Run(tale);
            run.Through(tale.Steps);
            return run;
        }
        catch (Exception)
        {
            var steps = Shrunk(tale);
            var broken = Failure(tale, steps);
            throw new Xunit.Sdk.XunitException(
                $"""
                A story broke a rule; replay it with SAFESPACE_SEED={tale.Seed} SAFESPACE_STEPS=1.
                From {tale.From}, {tale.Details.Places} places, shrunk from {tale.Steps.Length} to {steps.Count} steps:
                  {string.Join("\n  ", steps)}
                {broken}
                """,
                broken);
        }
    }

    /// <summary>As few of the steps as still break a rule: larger and smaller parts are left out while that is so.</summary>
    private static List<Step> Shrunk(Tale tale)
    {
        var steps = tale.Steps.ToList();
        for (var part = steps.Count / 2; part >= 1; part = part > 1 ? part / 2 : 0)
        {
            for (var at = 0; at < steps.Count;)
            {
                List<Step> fewer = [.. steps.Take(at), .. steps.Skip(at + part)];
                if (Failure(tale, fewer) is not null)
                    steps = fewer;
                else
                    at += part;
            }
        }

        return steps;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever is thrown is what the story found.")]
    private static Exception? Failure(Tale tale, List<Step> steps)
    {
        try
        {
            new Run(tale).Through(steps);
            return null;
        }
        catch (Exception broken)
        {
            return broken;
        }
    }

    private static int? Number(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture)
        : null;
}
