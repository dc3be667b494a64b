namespace SafeSpaceCapacity.Service.Engine;

/// <summary>Who asks, as written beside every event.</summary>
/// <param name="Actor">The account or service.</param>
/// <param name="Role">In which role.</param>
/// <param name="Client">Through which program.</param>
/// <param name="Correlation">What ties this to its trace.</param>
public sealed record Caller(string Actor, string Role, string Client, string Correlation)
{
    /// <summary>The service itself, where only time acts.</summary>
    public static Caller System { get; } = new("system", "system", "service", string.Empty);
}
