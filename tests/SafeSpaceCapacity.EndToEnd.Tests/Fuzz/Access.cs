namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>What a caller needs to be let in: the one place to change when that does.</summary>
internal static class Access
{
    /// <summary>One call in so many comes without its token.</summary>
    public const int OneInComesWithout = 8;

    /// <summary>What goes before the server's command line, such as <c>env</c> with settings that lift limits per client.</summary>
    public static IReadOnlyList<string> Under => [];

    /// <summary>The bearer token with which a service's methods may be called; null where none is asked for.</summary>
    public static string? Token(string service) => null;
}
