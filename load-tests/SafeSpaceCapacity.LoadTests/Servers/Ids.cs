namespace SafeSpaceCapacity.LoadTests.Servers;

/// <summary>Ids of commands.</summary>
internal static class Ids
{
    public static string New() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
}
