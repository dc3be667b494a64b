using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using NodaTime;
using Npgsql;
using SafeSpaceCapacity.EventLog.Postgres;
using SafeSpaceCapacity.EventLog.Sqlite;

namespace SafeSpaceCapacity.EventLog;

/// <summary>What was copied from one log to another, and found to be the same there.</summary>
/// <param name="Epoch">The epoch, which both have.</param>
/// <param name="Entries">How many events.</param>
/// <param name="Streams">Of how many streams.</param>
/// <param name="Commands">How many answered commands.</param>
public sealed record LogCopied(Guid Epoch, long Entries, long Streams, long Commands);

/// <summary>
/// Copies a log from a data directory to an empty database: every event, the heads of the streams and the answered commands, as they are. Checkpoints are
/// left behind: the next start works them out.
/// </summary>
public static class LogCopy
{
    private const string HeadsInOrder = "select stream, version from heads where version > 0 order by stream";
    private const string EventsInOrder = $"select {Rows.EventColumns} from events order by position";
    private const string CommandsInOrder = $"select {Rows.CommandColumns} from commands order by command_id";

    /// <summary>Copies, reads both again and compares, and only then commits. The directory then bears a mark, so that its log is not gone on with.</summary>
    /// <param name="directory">The data directory; nothing may have it open.</param>
    /// <param name="address">The database, which holds no log or an empty one.</param>
    /// <param name="cancellationToken">Gives up; nothing is copied then.</param>
    /// <exception cref="LogInUseException">A service has the directory open.</exception>
    /// <exception cref="LogCorruptException">The log is damaged, or what arrived is not what was sent.</exception>
    /// <exception cref="LogRefusedException">The database holds a log already, or would lose what it commits.</exception>
    /// <exception cref="LogUnavailableException">The database can't be reached.</exception>
    public static async Task<LogCopied> ToPostgresAsync(string directory, PostgresAddress address, CancellationToken cancellationToken = default)
    {
        var files = new LogFiles(directory);
        using var held = DirectoryLock.Take(files);
        var report = LogVerifier.Verify(files, everything: true, cancellationToken);
        if (!report.IsSound)
            throw new LogCorruptException(report);
        using var from = files.OpenForInspection();
        try
        {
            await using var source = address.Open();
            await using var to = await source.OpenConnectionAsync(cancellationToken);
            await PostgresServer.RequireDurableAsync(to, address.ToString(), cancellationToken);
            await PostgresMigrations.ApplyAsync(to, address.ToString(), cancellationToken);
            await RequireEmptyAsync(to, address, cancellationToken);
            for (var month = report.FirstRecordedAt; month <= report.LastRecordedAt; month = await PostgresMonths.MakeAsync(to, month!.Value, cancellationToken))
            {
                // Each returns the beginning of the next.
            }

            await using var transaction = await to.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            await to.RunAsync("select 1 from log_head for update", cancellationToken);
            await RequireEmptyAsync(to, address, cancellationToken);
            var epoch = await CopyEpochAsync(from, to, cancellationToken);
            await CopyEventsAsync(from, to, cancellationToken);
            await CopyCommandsAsync(from, to, cancellationToken);
            await CopyHeadsAsync(from, to, cancellationToken);
            await to.RunAsync(
                "update log_head set position = $1, recorded_at_ns = $2", cancellationToken, report.LastPosition, report.LastRecordedAt?.ToNanoseconds() ?? 0);
            var copied = new LogCopied(
                epoch,
                await CompareAsync(from, to, "event", EventsInOrder, TextOfEvent, cancellationToken),
                await CompareAsync(from, to, "stream", HeadsInOrder, static (_, row) => string.Create(CultureInfo.InvariantCulture, $"{row.GetString(0)} at version {row.GetInt64(1)}"), cancellationToken),
                await CompareAsync(from, to, "command", CommandsInOrder, TextOfCommand, cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(directory, PostgresAddress.Mark), address.ToString(), CancellationToken.None);
            return copied;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw PostgresFailure.Of(e, $"The {address}");
        }
    }

    private static async Task RequireEmptyAsync(NpgsqlConnection to, PostgresAddress address, CancellationToken cancellationToken)
    {
        var isEmpty = await to.ScalarAsync<bool>(
            "select position = 0 and not exists (select 1 from commands) and not exists (select 1 from nodes where seen_at > clock_timestamp() - make_interval(secs => $1)) from log_head",
            cancellationToken,
            (double)PostgresNodes.GoneAfterSeconds);
        if (!isEmpty)
            throw new LogRefusedException($"The {address} is in use or holds a log already: a log is copied to an empty database only.");
    }

    private static async Task<Guid> CopyEpochAsync(SqliteConnection from, NpgsqlConnection to, CancellationToken cancellationToken)
    {
        using var command = Select(from, "select epoch, created_at_ns, checksum from meta");
        using var row = command.ExecuteReader();
        row.Read();
        var (epoch, created) = new Rows().TryEpoch(row) ?? throw new LogCorruptException("The row that names the epoch is damaged.");
        await to.RunAsync("update meta set epoch = $1, created_at_ns = $2, checksum = $3", cancellationToken, epoch, created, new RowChecksum().Of(epoch, created));
        return epoch;
    }

    private static async Task CopyEventsAsync(SqliteConnection from, NpgsqlConnection to, CancellationToken cancellationToken)
    {
        var (rows, checksum) = (new Rows(), new RowChecksum());
        using var command = Select(from, EventsInOrder);
        using var row = command.ExecuteReader();
        await using var import = await BeginAsync(to, $"copy events ({Rows.EventColumns}) from stdin (format binary)", cancellationToken);
        while (row.Read())
        {
            var item = rows.Event(row);
            await import.WriteRowAsync(
                cancellationToken, item.Position, item.Epoch, item.Stream, item.Version, item.Type, item.Schema, item.CommandId, item.RequestHash.ToArray(),
                item.Actor, item.Role, item.Client, item.Correlation, item.NeedId, item.ObservedAt.ToNanoseconds(), item.DecidedAt.ToNanoseconds(),
                item.RecordedAt.ToNanoseconds(), item.Payload.ToArray(), checksum.Of(item));
        }
        await import.CompleteAsync(cancellationToken);
    }

    private static async Task CopyCommandsAsync(SqliteConnection from, NpgsqlConnection to, CancellationToken cancellationToken)
    {
        var (rows, checksum) = (new Rows(), new RowChecksum());
        using var command = Select(from, CommandsInOrder);
        using var row = command.ExecuteReader();
        await using var import = await BeginAsync(to, $"copy commands ({Rows.CommandColumns}) from stdin (format binary)", cancellationToken);
        while (row.Read())
        {
            var item = rows.TryCommand(row, out var found) ?? throw new LogCorruptException($"The outcome of a command is damaged: {found}.");
            await import.WriteRowAsync(
                cancellationToken, item.CommandId, item.Stream, item.RequestHash.ToArray(), item.Outcome.ToArray(), item.Actor, item.Role, item.Client,
                item.Correlation, item.DecidedAt.ToNanoseconds(), checksum.Of(item));
        }
        await import.CompleteAsync(cancellationToken);
    }

    private static async Task CopyHeadsAsync(SqliteConnection from, NpgsqlConnection to, CancellationToken cancellationToken)
    {
        using var command = Select(from, HeadsInOrder);
        using var row = command.ExecuteReader();
        await using var import = await BeginAsync(to, "copy heads (stream, version) from stdin (format binary)", cancellationToken);
        while (row.Read())
            await import.WriteRowAsync(cancellationToken, row.GetString(0), row.GetInt64(1));
        await import.CompleteAsync(cancellationToken);
    }

    private static async Task<NpgsqlBinaryImporter> BeginAsync(NpgsqlConnection to, string copy, CancellationToken cancellationToken)
    {
        var import = await to.BeginBinaryImportAsync(copy, cancellationToken);
        import.Timeout = TimeSpan.FromMinutes(10);
        return import;
    }

    /// <summary>Reads the same of both, row by row, each proven against its checksum, which covers all of it.</summary>
    /// <returns>How many there are.</returns>
    private static async Task<long> CompareAsync(
        SqliteConnection from, NpgsqlConnection to, string what, string sql, Func<Rows, DbDataReader, string> text, CancellationToken cancellationToken)
    {
        var rows = new Rows();
        using var sent = Select(from, sql);
        using var one = sent.ExecuteReader();
        await using var arrived = to.Command(sql);
        arrived.CommandTimeout = 0;
        await using var other = await arrived.ExecuteReaderAsync(cancellationToken);
        for (var count = 0L; ; count++)
        {
            var (expected, found) = (one.Read() ? text(rows, one) : null, await other.ReadAsync(cancellationToken) ? text(rows, other) : null);
            if (!string.Equals(expected, found, StringComparison.Ordinal))
                throw new LogCorruptException($"What arrived is not what was sent, and nothing was copied: {what} {expected ?? "none"} became {found ?? "none"}.");
            if (expected is null)
                return count;
        }
    }

    private static string TextOfEvent(Rows rows, DbDataReader row) =>
        string.Create(CultureInfo.InvariantCulture, $"{rows.Event(row).Position} with checksum {Convert.ToHexStringLower(row.GetFieldValue<byte[]>(17))}");

    private static string TextOfCommand(Rows rows, DbDataReader row) =>
        (rows.TryCommand(row, out var found)?.CommandId ?? throw new LogCorruptException($"The outcome of a command is damaged: {found}."))
        + " with checksum " + Convert.ToHexStringLower(row.GetFieldValue<byte[]>(9));

    private static SqliteCommand Select(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
