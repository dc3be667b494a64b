using NBomber.Contracts.Stats;

namespace SafeSpaceCapacity.LoadTests;

/// <summary>Whether a run was sound.</summary>
internal static class Verdict
{
    /// <summary>The exit code of a run that failed.</summary>
    public const int Failed = 1;

    private const int Sound = 0;

    /// <summary>Says how each scenario went.</summary>
    /// <returns>The exit code: not 0 where a turn of any scenario failed, or none was answered.</returns>
    public static int Say(NodeStats stats, TextWriter output)
    {
        var verdict = Sound;
        foreach (var scenario in stats.ScenarioStats)
        {
            var turnedAway = scenario.Fail.StatusCodes
                .Where(code => string.Equals(code.StatusCode, Turn.TurnedAway, StringComparison.Ordinal)).Sum(code => code.Count);
            var failed = scenario.Fail.Request.Count - turnedAway;
            output.WriteLine($"{scenario.ScenarioName}: {scenario.Ok.Request.Count} answered, {turnedAway} turned away (RESOURCE_EXHAUSTED), {failed} failed");
            if (failed > 0 || scenario.Ok.Request.Count == 0)
                verdict = Failed;
        }

        return verdict;
    }
}
