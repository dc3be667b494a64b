namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>On which level a case is hostile.</summary>
internal enum Level
{
    /// <summary>Bytes that are no HTTP/2 or no HTTP/1.1.</summary>
    Transport,

    /// <summary>Right HTTP that is no right call.</summary>
    Call,

    /// <summary>A right call of a message that is not.</summary>
    Message,
}

/// <summary>One thing to send.</summary>
/// <param name="Level">What it tries.</param>
/// <param name="What">It, for the one who has to look at a failure.</param>
internal abstract record FuzzCase(Level Level, string What)
{
    /// <summary>The method whose message it is.</summary>
    public string? Method { get; init; }

    /// <summary>Sends it and waits for what comes back.</summary>
    public abstract Task<Answer> SendAsync(Lane lane, CancellationToken limit);

    /// <summary>What was sent, for a failure.</summary>
    public abstract string Sent();
}

/// <summary>Makes cases: the same seed and number, the same case.</summary>
internal static class Cases
{
    public static FuzzCase Make(int seed, int number, Cast cast)
    {
        var random = new Random(Mixed(seed, number));
        return random.Next(100) switch
        {
            < 8 => Http2Frames.Make(random, cast),
            < 11 => Http1Requests.Make(random),
            < 31 => Calls.Make(random, cast),
            < 36 => RawCalls.Make(random, cast),
            _ => Messages.Make(random, cast),
        };
    }

    // SplitMix64, so that neighbours have nothing in common.
    private static int Mixed(int seed, int number)
    {
        unchecked
        {
            var z = ((ulong)(uint)seed << 32) + (uint)number + 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return (int)((z ^ (z >> 31)) & 0x7FFFFFFF);
        }
    }
}
