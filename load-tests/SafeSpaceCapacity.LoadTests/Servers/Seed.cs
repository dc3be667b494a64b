using System.Globalization;

namespace SafeSpaceCapacity.LoadTests.Servers;

/// <summary>A log of so many spaces, kept between runs for as long as those on duty in it stay on duty.</summary>
/// <param name="Data">The data directory of a server on it.</param>
/// <param name="Spaces">How many.</param>
/// <param name="Connection">File of the connection string of the database that holds the log; null: it is in the data directory.</param>
internal sealed record Seed(string Data, int Spaces, string? Connection = null)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(6);

    /// <summary>What the host calls what it fills a log with: towns of the region, or spaces with room for a hundred.</summary>
    public static Task<Seed> RegionAsync(int spaces, int? events = null) => MakeAsync("Region", spaces, events ?? 5 * spaces);

    public static Task<Seed> RoomyAsync(int spaces, string name) => MakeAsync("Roomy", spaces, 5 * spaces, name);

    /// <summary>The same spaces in an empty database.</summary>
    public async Task<Seed> InAsync(Postgres postgres)
    {
        var data = postgres.NewFolder("data-of-node");
        foreach (var file in Directory.GetFiles(Data, "log.*"))
            File.Copy(file, Path.Combine(data, Path.GetFileName(file)));
        await Started.RunAsync("cp", "-r", Path.Combine(Data, "identity"), data);
        var connection = Path.Combine(data, "connection");
        await File.WriteAllTextAsync(connection, postgres.ConnectionString);
        File.SetUnixFileMode(connection, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await Started.RunAsync("dotnet", Here.Client, "migrate", "--data", data, "--postgres", connection);
        return new Seed(data, Spaces, connection);
    }

    /// <summary>Id, latitude, longitude, needs provided and places free of each space.</summary>
    public IEnumerable<(string Id, double Latitude, double Longitude, ulong Provides, int Free)> Rows() =>
        from line in File.ReadLines(Path.Combine(Data, "spaces.csv"))
        let fields = line.Split(',')
        select (fields[0], Number(fields[1]), Number(fields[2]), ulong.Parse(fields[3], CultureInfo.InvariantCulture), int.Parse(fields[4], CultureInfo.InvariantCulture));

    private static async Task<Seed> MakeAsync(string kind, int spaces, int events, string name = "")
    {
        var data = Path.Combine(Here.Seeds, string.Create(CultureInfo.InvariantCulture, $"{kind}-{spaces}-{events}{name}"));
        var table = new FileInfo(Path.Combine(data, "spaces.csv"));

        // The table is written last: a log without it was not finished.
        if (table.Exists && TimeProvider.System.GetUtcNow().UtcDateTime - table.LastWriteTimeUtc < Kept)
            return new Seed(data, spaces);
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
        Console.Error.WriteLine($"Filling a log with {spaces} spaces and {events} events…");
        await Started.RunAsync("dotnet", Here.Host, "seed", data, spaces.ToString(CultureInfo.InvariantCulture), events.ToString(CultureInfo.InvariantCulture), kind);
        return new Seed(data, spaces);
    }

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
