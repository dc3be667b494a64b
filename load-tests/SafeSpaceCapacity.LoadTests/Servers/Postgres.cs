using System.Globalization;

namespace SafeSpaceCapacity.LoadTests.Servers;

/// <summary>A PostgreSQL of its own, from Debian's binaries, in a temporary folder that goes with it.</summary>
internal sealed class Postgres : IAsyncDisposable
{
    // PostgreSQL refuses to run as root.
    private const string User = "postgres";
    private readonly string _folder;
    private readonly string _port;
    private readonly string _binaries;
    private Started? _server;

    private Postgres(string folder, string binaries)
    {
        (_folder, _binaries) = (folder, binaries);
        _port = Started.FreePort().ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A folder for what belongs to it; goes with it.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <summary>Of the one database.</summary>
    public string ConnectionString => $"Host={_folder};Port={_port};Username={User};Database=postgres";

    /// <summary>Starts one.</summary>
    /// <param name="isDurable">Whether a commit waits for the disk, as a log must; otherwise as fast as it can.</param>
    public static async Task<Postgres> StartAsync(bool isDurable)
    {
        var binaries = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";
        var postgres = new Postgres(Directory.CreateTempSubdirectory("load-test-postgres-").FullName, binaries);
        if (Environment.IsPrivilegedProcess)
            await Started.RunAsync("chown", User, postgres._folder);
        await postgres.RunAsync("initdb", "--auth=trust", "--no-sync", "--username=" + User, "-D", postgres.Data);
        var (program, arguments) = postgres.Command(
            "postgres", "-D", postgres.Data, "-p", postgres._port, "-k", postgres._folder, "-c", "listen_addresses=", "-c", isDurable ? "fsync=on" : "fsync=off", "-c", "max_connections=300", "-c", "shared_buffers=1GB", "-c", "jit=off");
        postgres._server = await Started.StartAsync(program, arguments, "ready to accept connections");
        return postgres;
    }

    /// <summary>A table of the same spaces, with an index by place.</summary>
    public async Task FillAsync(Seed seed, double degreesEast)
    {
        var rows = Path.Combine(_folder, "rows.csv");
        await File.WriteAllLinesAsync(rows, seed.Rows().Select(row => string.Create(
            CultureInfo.InvariantCulture, $"{row.Id},\"({row.Longitude * degreesEast},{row.Latitude})\",{row.Provides},{row.Free}")));
        await SqlAsync("drop table if exists spaces; create table spaces (id text primary key, at point not null, provides bigint not null, free int not null)");
        await SqlAsync($"copy spaces from '{rows}' with (format csv)");
        await SqlAsync("create index on spaces using gist (at)");
        await SqlAsync("vacuum (analyze) spaces");
        File.Delete(rows);
    }

    /// <summary>Answers to a statement a second, prepared, as PostgreSQL's own tool measures them.</summary>
    public async Task<double> RateAsync(string script, int clients, int seconds)
    {
        var file = Path.Combine(_folder, "script.sql");
        await File.WriteAllTextAsync(file, script);
        var said = await RunAsync(
            "pgbench", "-n", "-M", "prepared", "-c", clients.ToString(CultureInfo.InvariantCulture), "-j", "2", "-T", seconds.ToString(CultureInfo.InvariantCulture),
            "-f", file, "-h", _folder, "-p", _port, "-U", User, "postgres");
        var line = said.Split('\n').Single(one => one.StartsWith("tps = ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            // runuser keeps signals to itself.
            await RunAsync("pg_ctl", "stop", "-m", "fast", "-D", Data);
            await _server.StopAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Runs statements.</summary>
    /// <returns>The rows alone, as text.</returns>
    public Task<string> SqlAsync(string sql) => RunAsync("psql", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", _folder, "-p", _port, "-U", User, "-c", sql, "postgres");

    private Task<string> RunAsync(string program, params string[] arguments)
    {
        var (command, all) = Command(program, arguments);
        return Started.RunAsync(command, all);
    }

    private (string Program, string[] Arguments) Command(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess ? ("runuser", ["-u", User, "--", _binaries + program, .. arguments]) : (_binaries + program, arguments);
}
