using System.Diagnostics;
using System.Globalization;
using Npgsql;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Tests.Postgres;

/// <summary>The tests that share a PostgreSQL server of their own; one after the other, since some stop it.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PrivatePostgres>
{
    public const string Name = "PostgreSQL";
}

/// <summary>A PostgreSQL of the tests alone, from Debian's binaries, on a free port, in a temporary folder that goes with it.</summary>
public sealed class PrivatePostgres : IAsyncLifetime
{
    // PostgreSQL refuses to run as root.
    private const string User = "postgres";

    // Long for a machine that is busy; never waited out when all is well.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string folder = Directory.CreateTempSubdirectory("safespace-postgres-").FullName;
    private readonly string binaries = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";
    private readonly int port = Loopback.FreePort();
    private Process? server;
    private int databases;

    public async ValueTask InitializeAsync()
    {
        // Also when the tests end in a way that disposes nothing.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill();
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", User, folder);
        var (program, arguments) = AsUser("initdb", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--username=" + User, "-D", Data);
        await RunAsync(program, arguments);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        NpgsqlConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Starts the server, with settings besides the usual such as <c>fsync=off</c>.</summary>
    public async Task StartAsync(params string[] settings)
    {
        var (program, arguments) = AsUser("postgres", [
            "-D", Data, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=64MB", "-c", "jit=off", "-c", "recovery_init_sync_method=syncfs",
            .. settings.SelectMany(setting => new[] { "-c", setting })]);
        server = new Process { StartInfo = Quiet(program, arguments) };
        var said = new System.Text.StringBuilder();
        server.ErrorDataReceived += (_, line) =>
        {
            lock (said)
                said.AppendLine(line.Data);
        };
        server.OutputDataReceived += (_, _) => { };
        server.Start();
        server.BeginErrorReadLine();
        server.BeginOutputReadLine();
        var since = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (server.HasExited || TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                lock (said)
                    throw new InvalidOperationException("PostgreSQL did not start: " + said);
            }
            await Task.Delay(50);
        }
    }

    /// <summary>Stops the server at once, as a crash does: it recovers from its write-ahead log when it starts again.</summary>
    public async Task StopAsync()
    {
        if (server is not { } running)
            return;
        Kill();
        await running.WaitForExitAsync().WaitAsync(Patience);
        running.Dispose();
        server = null;
    }

    /// <summary>From now on commits wait until a standby of that name has them; for none if it is empty.</summary>
    public async Task StandbyAsync(string name)
    {
        await RunSqlAsync(Connection("postgres"), $"alter system set synchronous_standby_names = '{name}'");
        await RunSqlAsync(Connection("postgres"), "select pg_reload_conf()");
        while (!Equals(await RunSqlAsync(Connection("postgres"), "show synchronous_standby_names"), name))
            await Task.Delay(10);
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>How to reach it.</returns>
    public async Task<string> NewDatabaseAsync(string template = "template0", string? named = null)
    {
        var name = named ?? string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref databases)}");
        await RunSqlAsync(Connection("postgres"), $"create database {name} template {template}");
        return Connection(name);
    }

    /// <summary>Whether a database of that name is there.</summary>
    public async Task<bool> ExistsAsync(string name) =>
        await RunSqlAsync(Connection("postgres"), $"select exists (select 1 from pg_database where datname = '{name}')") is true;

    /// <summary>How a program connects to a database; the server trusts whoever is on this machine.</summary>
    public string Connection(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username={User};Database={database};Pooling=false");

    /// <summary>Runs statements as an administrator would, on the tables of the log where there are some.</summary>
    public static async Task<object?> RunSqlAsync(string connection, string sql)
    {
        await using var open = new NpgsqlConnection(connection + ";Search Path=safespace");
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        return await command.ExecuteScalarAsync();
    }

    private string Data => Path.Combine(folder, "data");

    // Not where the tests are: that may be a folder that the server's user can't enter.
    private static ProcessStartInfo Quiet(string program, string[] arguments) =>
        new(program, arguments) { WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Quiet(program, arguments))!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said[0]}{said[1]}");
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await RunSqlAsync(Connection("postgres"), "select 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    // The shell of the server ends when its parent does: the children see it and follow.
    private void Kill()
    {
        if (server is { HasExited: false } running)
            running.Kill();
    }

    // Unlike runuser and sudo it becomes the program, so that what is killed is the server.
    private (string Program, string[] Arguments) AsUser(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", ["--reuid", User, "--regid", User, "--clear-groups", binaries + program, .. arguments])
        : (binaries + program, arguments);
}
