using System.Data.Common;

namespace SafeSpaceCapacity.EventLog;

/// <summary>Turns rows into records and proves each against its checksum. Not for use by two threads at once.</summary>
internal sealed class Rows
{
    public const string EventColumns =
        "position, epoch, stream, version, type, schema, command_id, request_hash, actor, role, client, correlation, need_id, observed_at_ns, decided_at_ns, recorded_at_ns, payload, checksum";

    public const string CommandColumns =
        "command_id, stream, request_hash, outcome, actor, role, client, correlation, decided_at_ns, checksum";

    public const string CheckpointColumns = "epoch, stream, version, position, schema, body, checksum";

    private readonly RowChecksum checksum = new();

    /// <summary>The event in the current row.</summary>
    /// <exception cref="LogCorruptException">The row is not what was written.</exception>
    public RecordedEvent Event(DbDataReader row) =>
        TryEvent(row, out var found) ?? throw new LogCorruptException($"The entry at position {row.GetValue(0)} is damaged: {found}.");

    /// <summary>The event in the current row, or null and what was found instead.</summary>
    public RecordedEvent? TryEvent(DbDataReader row, out string found) => Proven(row, 17, static row => new RecordedEvent(
        Id(row, 1), row.GetInt64(0), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetInt32(5), Id(row, 6), Bytes(row, 7),
        row.GetString(8), row.GetString(9), row.GetString(10), row.GetString(11), row.IsDBNull(12) ? null : Id(row, 12),
        row.GetInt64(13).ToInstant(), row.GetInt64(14).ToInstant(), row.GetInt64(15).ToInstant(), Bytes(row, 16)), checksum.Of, out found);

    /// <summary>The command in the current row, or null and what was found instead.</summary>
    public CommandRecord? TryCommand(DbDataReader row, out string found) => Proven(row, 9, static row => new CommandRecord(
        Id(row, 0), row.GetString(1), Bytes(row, 2), Bytes(row, 3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7),
        row.GetInt64(8).ToInstant()), checksum.Of, out found);

    /// <summary>The checkpoint in the current row, or null.</summary>
    public Checkpoint? TryCheckpoint(DbDataReader row) => Proven(row, 6, static row => new Checkpoint(
        Id(row, 0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt32(4), Bytes(row, 5)), checksum.Of, out _);

    /// <summary>An epoch and a number in the first two columns, with their checksum in the third.</summary>
    public (Guid Epoch, long Number)? TryEpoch(DbDataReader row) =>
        Proven(row, 2, static row => Tuple.Create(Id(row, 0), row.GetInt64(1)), pair => checksum.Of(pair.Item1, pair.Item2), out _) is { } found ? (found.Item1, found.Item2) : null;

    private static T? Proven<T>(DbDataReader row, int checksumColumn, Func<DbDataReader, T> read, Func<T, byte[]> checksum, out string found)
        where T : class
    {
        try
        {
            var record = read(row);
            var kept = Bytes(row, checksumColumn);
            var computed = checksum(record);
            found = computed.AsSpan().SequenceEqual(kept)
                ? ""
                : $"its content has checksum {Convert.ToHexStringLower(computed)}, where {Convert.ToHexStringLower(kept)} was written";
            return found.Length == 0 ? record : null;
        }
        catch (Exception e) when (e is InvalidCastException or InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // A column that does not hold what its type promises.
            found = $"a column does not hold what it should ({e.Message})";
            return null;
        }
    }

    // SQLite has no type for ids.
    private static Guid Id(DbDataReader row, int column) => row.GetValue(column) is Guid id ? id : new(Bytes(row, column), bigEndian: true);

    private static byte[] Bytes(DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);
}
