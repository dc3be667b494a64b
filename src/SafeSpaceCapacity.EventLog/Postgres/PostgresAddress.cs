using System.Net;
using Npgsql;

namespace SafeSpaceCapacity.EventLog;

/// <summary>Where a PostgreSQL database is and how to get in. Its text never holds the password.</summary>
public sealed class PostgresAddress
{
    /// <summary>All tables of the log are in this schema.</summary>
    internal const string Schema = "safespace";

    private const int ConnectSeconds = 5;
    private const int CommandSeconds = 10;

    // Else a node that hangs in the middle of an append would keep all others from appending.
    private const string SessionOptions = "-c idle_in_transaction_session_timeout=10000";
    private readonly NpgsqlConnectionStringBuilder connection;

    private PostgresAddress(NpgsqlConnectionStringBuilder connection) => this.connection = connection;

    /// <summary>Reads a connection string such as <c>Host=db.example;Database=safespace;Username=safespace;Password=…;SSL Mode=VerifyFull</c>.</summary>
    /// <exception cref="LogRefusedException">It can't be read, or would send the log over a network unprotected.</exception>
    public static PostgresAddress Parse(string text)
    {
        NpgsqlConnectionStringBuilder parsed;
        try
        {
            parsed = new NpgsqlConnectionStringBuilder(text.Trim());
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // Without the cause, which may repeat what was given.
            throw new LogRefusedException("The connection string of PostgreSQL can't be read. It is NAME=VALUE;NAME=VALUE, such as Host=db.example;Database=safespace;Username=safespace;SSL Mode=VerifyFull.");
        }
        if (string.IsNullOrEmpty(parsed.Host) || string.IsNullOrEmpty(parsed.Database))
            throw new LogRefusedException("The connection string of PostgreSQL needs Host and Database.");
        if (!Hosts(parsed).All(IsThisMachine) && parsed.SslMode is not (SslMode.VerifyFull or SslMode.VerifyCA))
            throw new LogRefusedException("The connection string of PostgreSQL needs SSL Mode=VerifyFull, with the server's certificate authority as Root Certificate=FILE where the system does not know it: only this machine is trusted without.");
        parsed.SearchPath = Schema;
        parsed.Timeout = ConnectSeconds;
        parsed.CommandTimeout = CommandSeconds;
        parsed.Enlist = false;
        parsed.IncludeErrorDetail = false;
        parsed.PersistSecurityInfo = false;
        parsed.MaxAutoPrepare = 32;
        parsed.Options = string.IsNullOrEmpty(parsed.Options) ? SessionOptions : parsed.Options + " " + SessionOptions;
        if (string.IsNullOrEmpty(parsed.ApplicationName))
            parsed.ApplicationName = "SafeSpaceCapacity";
        return new PostgresAddress(parsed);
    }

    /// <summary>For people: which database, and where.</summary>
    public override string ToString() => $"PostgreSQL database {connection.Database} at {connection.Host}";

    /// <summary>Connections to it. Of several hosts the one that takes writes is used.</summary>
    internal NpgsqlDataSource Open() => Open(Schema);

    /// <summary>Connections to it, for tables that are not the log's, in a schema of their own.</summary>
    /// <param name="schema">Where names are looked for and made.</param>
    public NpgsqlDataSource Open(string schema)
    {
        var builder = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connection.ConnectionString) { SearchPath = schema }.ConnectionString);
        return Hosts(connection).Length > 1 ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary) : builder.Build();
    }

    private static string[] Hosts(NpgsqlConnectionStringBuilder connection) => connection.Host!.Split(',');

    // A path is that of a socket in the file system.
    private static bool IsThisMachine(string host) =>
        host.StartsWith('/') || host is "localhost" || (IPEndPoint.TryParse(host, out var address) && IPAddress.IsLoopback(address.Address));
}
