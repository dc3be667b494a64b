using System.Globalization;

namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>What the environment may change: how long the long tests run, and the seed that repeats a run's choices.</summary>
internal static class Settings
{
    public static int KillRounds { get; } = Number("SAFESPACE_KILL_ROUNDS") ?? 20;

    public static int RaceRounds { get; } = Number("SAFESPACE_RACE_ROUNDS") ?? 50;

    /// <summary>SAFESPACE_FAULTS: how many things break; each test of them has a number of its own.</summary>
    public static int? Faults { get; } = Number("SAFESPACE_FAULTS");

    /// <summary>SAFESPACE_FAULTS_ONLY: the one kind of fault to make.</summary>
    public static string? FaultsOnly { get; } = Environment.GetEnvironmentVariable("SAFESPACE_FAULTS_ONLY");

    public static int FuzzCases { get; } = Number("SAFESPACE_FUZZ_CASES") ?? 5_000;

    /// <summary>SAFESPACE_FUZZ_ONLY: the number of one case of the fuzz, which is then the only one sent.</summary>
    public static int? FuzzOnly { get; } = Number("SAFESPACE_FUZZ_ONLY");

    /// <summary>SAFESPACE_FUZZ_REPORT: a file that the fuzz writes its counts to.</summary>
    public static string? FuzzReport { get; } = Environment.GetEnvironmentVariable("SAFESPACE_FUZZ_REPORT");

    /// <summary>SAFESPACE_ORDER: the seed of another order of the tests in each class.</summary>
    public static int? Order { get; } = Number("SAFESPACE_ORDER");

    /// <summary>SAFESPACE_SEED, or another one every time. A test prints the seed it took.</summary>
    public static int Seed { get; } = Number("SAFESPACE_SEED") ?? (int)(TimeProvider.System.GetTimestamp() % 1_000_000_007);

    private static int? Number(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(value))
            return null;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidOperationException($"{variable} must be a whole number; it is '{value}'.");
    }
}
