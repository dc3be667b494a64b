using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using NodaTime;

namespace SafeSpaceCapacity.EventLog;

/// <summary>What was copied from one log to another, and found to be the same there.</summary>
/// <param name="Epoch">The epoch of the log that it was copied to.</param>
/// <param name="Entries">How many events.</param>
/// <param name="Streams">Of how many streams.</param>
/// <param name="Commands">How many answered commands.</param>
/// <param name="LastRecordedAt">When the last of the events was recorded; null where there is none.</param>
public sealed record LogCopied(Guid Epoch, long Entries, long Streams, long Commands, Instant? LastRecordedAt);

/// <summary>An empty log that is being filled with what another holds.</summary>
internal interface ILogTarget
{
    Task AddEventsAsync(IAsyncEnumerable<RecordedEvent> events, CancellationToken cancellationToken);

    Task AddCommandsAsync(IAsyncEnumerable<CommandRecord> commands, CancellationToken cancellationToken);

    Task AddHeadsAsync(IAsyncEnumerable<(string Stream, long Version)> heads, CancellationToken cancellationToken);

    /// <summary>Rows of a table of demand, in place of what it begins with.</summary>
    Task AddDemandAsync(DemandTable table, IAsyncEnumerable<object[]> rows, CancellationToken cancellationToken);
}

/// <summary>All rows of a log as they lie in either database, each proven against its checksum.</summary>
internal static class LogRows
{
    /// <summary>The epoch of the log, and when it began in nanoseconds.</summary>
    /// <exception cref="LogCorruptException">The row is not what was written.</exception>
    public static async Task<(Guid Epoch, long CreatedAtNanoseconds)> EpochAsync(this DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Select(connection, "select epoch, created_at_ns, checksum from meta");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return (await row.ReadAsync(cancellationToken) ? new Rows().TryEpoch(row) : null) ?? throw new LogCorruptException("The log is damaged: its epoch is not what was written.");
    }

    /// <summary>The events by position.</summary>
    /// <exception cref="LogCorruptException">A row is not what was written.</exception>
    public static async IAsyncEnumerable<RecordedEvent> EventsAsync(this DbConnection connection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = new Rows();
        await using var command = Select(connection, $"select {Rows.EventColumns} from events order by position");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            yield return rows.Event(row);
    }

    /// <summary>The answered commands by id.</summary>
    /// <exception cref="LogCorruptException">A row is not what was written.</exception>
    public static async IAsyncEnumerable<CommandRecord> CommandsAsync(this DbConnection connection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = new Rows();
        await using var command = Select(connection, $"select {Rows.CommandColumns} from commands order by command_id");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            yield return rows.TryCommand(row, out var found) ?? throw new LogCorruptException($"The outcome of a command is damaged: {found}.");
    }

    /// <summary>The streams by name, and the version at which each is.</summary>
    public static async IAsyncEnumerable<(string Stream, long Version)> HeadsAsync(this DbConnection connection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = Select(connection, "select stream, version from heads where version > 0 order by stream");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            yield return (row.GetString(0), row.GetInt64(1));
    }

    /// <summary>Copies everything but the epoch. Checkpoints are left behind: the next start works them out.</summary>
    public static async Task CopyAsync(DbConnection from, ILogTarget to, CancellationToken cancellationToken)
    {
        await to.AddEventsAsync(from.EventsAsync(cancellationToken), cancellationToken);
        await to.AddCommandsAsync(from.CommandsAsync(cancellationToken), cancellationToken);
        await to.AddHeadsAsync(from.HeadsAsync(cancellationToken), cancellationToken);
        foreach (var table in DemandTable.All)
        {
            if (await table.IsInAsync(from, cancellationToken))
                await to.AddDemandAsync(table, table.RowsAsync(from, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Reads both again, row by row, and compares.</summary>
    /// <exception cref="LogCorruptException">What arrived is not what was sent.</exception>
    public static async Task<LogCopied> CompareAsync(DbConnection from, DbConnection to, CancellationToken cancellationToken)
    {
        var checksum = new RowChecksum();
        Instant? last = null;
        var entries = await SameAsync("event", from.EventsAsync(cancellationToken), to.EventsAsync(cancellationToken), item =>
        {
            last = item.RecordedAt;
            return string.Create(CultureInfo.InvariantCulture, $"{item.Position} with checksum {Convert.ToHexStringLower(checksum.Of(item))}");
        });
        var streams = await SameAsync(
            "stream", from.HeadsAsync(cancellationToken), to.HeadsAsync(cancellationToken), static head => string.Create(CultureInfo.InvariantCulture, $"{head.Stream} at version {head.Version}"));
        var commands = await SameAsync(
            "command", from.CommandsAsync(cancellationToken), to.CommandsAsync(cancellationToken), item => $"{item.CommandId} with checksum {Convert.ToHexStringLower(checksum.Of(item))}");
        foreach (var table in DemandTable.All)
        {
            if (await table.IsInAsync(from, cancellationToken))
                await SameAsync($"row of {table.Name}", table.RowsAsync(from, cancellationToken), table.RowsAsync(to, cancellationToken), DemandTable.Text);
        }

        return new LogCopied((await to.EpochAsync(cancellationToken)).Epoch, entries, streams, commands, last);
    }

    /// <summary>Counts what both have, and requires that it is the same.</summary>
    private static async Task<long> SameAsync<T>(string what, IAsyncEnumerable<T> sent, IAsyncEnumerable<T> arrived, Func<T, string> text)
    {
        await using var one = sent.GetAsyncEnumerator();
        await using var other = arrived.GetAsyncEnumerator();
        for (var count = 0L; ; count++)
        {
            var (expected, found) = (await one.MoveNextAsync() ? text(one.Current) : null, await other.MoveNextAsync() ? text(other.Current) : null);
            if (!string.Equals(expected, found, StringComparison.Ordinal))
                throw new LogCorruptException($"What arrived is not what was sent, and nothing was copied: {what} {expected ?? "none"} became {found ?? "none"}.");
            if (expected is null)
                return count;
        }
    }

    // As long as it takes: a log may be large.
    private static DbCommand Select(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return command;
    }
}
