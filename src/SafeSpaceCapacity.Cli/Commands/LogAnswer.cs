using System.CommandLine;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Cli.Access;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>What the commands that work on a log itself have in common.</summary>
internal static class LogAnswer
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The option that names a data directory, which need not be there yet.</summary>
    public static Option<DirectoryInfo> Data(string description) => new("--data") { Description = description, HelpName = "DIR" };

    /// <summary>The option that names a file with the connection string of a database.</summary>
    public static Option<string> Postgres(string description) => new("--postgres") { Description = description, HelpName = "FILE" };

    /// <summary>The database that a file names.</summary>
    public static PostgresAddress Address(Session session, Option<string> option) => PostgresAddress.Parse(OwnerFile.Read(session.Get(option)!, option.Name));

    /// <summary>Runs what may end in the ways a log can fail, each with its exit code.</summary>
    public static async Task<int> OrFailAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception refused) when (refused is LogRefusedException or LogInUseException or LogSchemaException or UnknownEventException or IOException or UnauthorizedAccessException)
        {
            throw new FailureException(Failure.BadInput(refused.Message));
        }
        catch (LogUnavailableException away)
        {
            throw new FailureException(new Failure(ExitCodes.NotReachable, "UNAVAILABLE", away.Message));
        }
        catch (LogCorruptException damaged)
        {
            throw new FailureException(new Failure(ExitCodes.Damaged, "DATA_LOSS", damaged.Message));
        }
    }

    /// <summary>Writes an answer as lines for people, or as one JSON object.</summary>
    public static void Write(Session session, object json, params IEnumerable<string> lines)
    {
        if (session.IsJson)
        {
            session.Terminal.Out.WriteLine(JsonSerializer.Serialize(json, Json));
            return;
        }
        foreach (var line in lines)
            session.Terminal.Out.WriteLine(line);
    }

    /// <summary>A moment in ISO 8601; null where there is none.</summary>
    public static string? Text(Instant? moment) => moment is { } at ? InstantPattern.ExtendedIso.Format(at) : null;

    /// <summary>What a log holds, for people.</summary>
    public static string Words(LogCopied copied) =>
        $"{copied.Entries} entries of {copied.Streams} streams, {copied.Commands} answers, {(copied.LastRecordedAt is { } last ? $"the last recorded at {Text(last)}" : "nothing recorded yet")}, epoch {copied.Epoch}";
}
