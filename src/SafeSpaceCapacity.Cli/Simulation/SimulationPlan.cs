using NodaTime;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>How a simulation goes.</summary>
/// <param name="Seed">Of everything that is drawn.</param>
/// <param name="From">When needs begin.</param>
/// <param name="Until">When they end; people who are at spaces then still leave.</param>
/// <param name="Speed">How much faster than real time; null: as fast as it goes.</param>
/// <param name="IsRealTime">The service's time is the machine's.</param>
/// <param name="LostShare">Share of calls whose connection is lost on purpose.</param>
/// <param name="ForgetShare">Share of confirmations and departures that staff forget to tell.</param>
/// <param name="AtOnce">Calls that may be under way at once.</param>
/// <param name="Patience">How long a call is tried again.</param>
/// <param name="Step">What happens within one step happens side by side.</param>
internal sealed record SimulationPlan(
    int Seed, Instant From, Instant Until, double? Speed, bool IsRealTime, double LostShare, double ForgetShare, int AtOnce, TimeSpan Patience, Duration Step)
{
    /// <summary>A source of chance for somebody, the same in every run with this seed.</summary>
    public Random RandomOf(int who) => new(HashCodes.Mix(Seed, who));
}

file static class HashCodes
{
    // System.HashCode differs from run to run.
    public static int Mix(int one, int other)
    {
        unchecked
        {
            var mixed = ((uint)one * 0x9E3779B1) ^ ((uint)other * 0x85EBCA77);
            return (int)(mixed ^ (mixed >> 15));
        }
    }
}
